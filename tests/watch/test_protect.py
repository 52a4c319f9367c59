"""Pseudonyms and their key: the same here, unguessable elsewhere, and never where others can read."""

from __future__ import annotations

import hashlib
import hmac
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.errors import WatchError
from tocsin.watch import Store
from tocsin.watch.intake import Pasted, Reading, take_into
from tocsin.watch.people.protect import KEY_BYTES, KEY_VARIABLE, key_file, machine_key, pseudonym

KEY = bytes(range(32))


def test_the_first_call_makes_the_key_and_the_others_find_it(tmp_path: Path) -> None:
    """32 bytes, in a file that only its owner can read, and nothing else left beside it."""
    file = tmp_path / "made" / "watch.key"
    key = machine_key(file)
    assert len(key) == KEY_BYTES and machine_key(file) == key == file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(file.parent.iterdir()) == [file]


def test_two_keys_are_not_alike(tmp_path: Path) -> None:
    """Another machine has another key, and other pseudonyms."""
    one, two = machine_key(tmp_path / "a"), machine_key(tmp_path / "b")
    assert one != two and pseudonym("Janka", one) != pseudonym("Janka", two)


def test_makers_at_the_same_time_make_one_key(tmp_path: Path) -> None:
    """Whoever is first wins; all get the same key."""
    found = list[bytes]()
    makers = [threading.Thread(target=lambda: found.append(machine_key(tmp_path / "key"))) for _ in range(8)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert len(found) == 8 and len(set(found)) == 1
    assert list(tmp_path.iterdir()) == [tmp_path / "key"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    """It may be known already: one clear error that says how it should be."""
    file = tmp_path / "watch.key"
    file.write_bytes(KEY)
    file.chmod(mode)
    with pytest.raises(WatchError, match="others can read") as caught:
        machine_key(file)
    assert caught.value.place == str(file)


@pytest.mark.parametrize("data", [b"", b"short", bytes(33)])
def test_a_file_that_is_no_key_is_refused_and_stays(tmp_path: Path, data: bytes) -> None:
    """It is never written over: it may be the only copy of something."""
    file = tmp_path / "watch.key"
    file.write_bytes(data)
    file.chmod(0o600)
    with pytest.raises(WatchError, match="exactly 32 bytes"):
        machine_key(file)
    assert file.read_bytes() == data


def test_a_folder_in_the_way_is_one_clear_error(tmp_path: Path) -> None:
    """Neither a folder at its place nor a file where its folder should be raises anything else."""
    (tmp_path / "file").write_text("x")
    for path in (tmp_path, tmp_path / "file" / "watch.key"):
        with pytest.raises(WatchError):
            machine_key(path)


def test_where_the_key_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The named file, or the config folder, or `.config` at home."""
    monkeypatch.setenv(KEY_VARIABLE, str(tmp_path / "mine"))
    assert key_file() == tmp_path / "mine"
    monkeypatch.delenv(KEY_VARIABLE)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert key_file() == tmp_path / "tocsin" / "watch.key"
    monkeypatch.delenv("XDG_CONFIG_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert key_file() == tmp_path / "home" / ".config" / "tocsin" / "watch.key"
    assert machine_key() == key_file().read_bytes()


def test_a_user_without_a_home_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """One clear error that names the variable."""

    def nowhere() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setattr(Path, "home", nowhere)
    with pytest.raises(WatchError, match=KEY_VARIABLE):
        machine_key()


def test_a_pseudonym_is_the_keyed_hash_of_the_folded_name() -> None:
    """HMAC-SHA256 (RFC 2104) of the folded name, cut to 48 bits: worked out here once more by hand."""
    expected = "p-" + hmac.new(KEY, "янка купала".encode(), hashlib.sha256).hexdigest()[:12]
    for name in ("Янка Купала", "  янка   КУПАЛА ", "ЯНКА\u00a0Купала", "Я\u200dнка Купала"):
        assert pseudonym(name, KEY) == expected
    assert pseudonym("Янка", KEY) != expected
    assert pseudonym(" \n", KEY) == ""


@given(st.text())
def test_any_name_has_a_pseudonym(name: str) -> None:
    """No name raises; its case and the spaces around it do not matter."""
    found = pseudonym(name, KEY)
    assert found == "" or (len(found) == 14 and found.startswith("p-"))
    assert pseudonym(f"  {name} ", KEY) == found


def test_without_a_secret_there_is_no_pseudonym() -> None:
    """A hash that anybody can work out protects nobody."""
    with pytest.raises(WatchError):
        pseudonym("Janka", b"short")


def test_the_key_never_goes_into_the_store(tmp_path: Path) -> None:
    """No byte of the key, plain or in hexadecimal digits, is in any file of the watch folder; nor is the name."""
    key = machine_key(tmp_path / "key")
    post = (
        '{"type": "personal_chat", "name": "Janka Synthetic", "id": 1, "messages": '
        '[{"id": 1, "date_unixtime": "1771443000", "from": "Janka Synthetic", "text": "words"}]}'
    )
    with Store.open(tmp_path / "watch", create=True) as store:
        take_into(store, Pasted(post.encode(), "result.json"), Reading(1_772_323_200_000, key=key))
        assert store.reports()[0].author == pseudonym("Janka Synthetic", key)
    for file in (tmp_path / "watch").iterdir():
        data = file.read_bytes()
        assert key not in data and key.hex().encode() not in data and b"Janka" not in data
