"""Text.
"""
