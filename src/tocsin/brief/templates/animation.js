// Moves the drawing of the animation: decodes the counts and shows one instant of them. No library, no request.
(() => {
  "use strict";
  const root = document.getElementById("animation");
  const facts = JSON.parse(root.dataset.facts);
  const { steps, places } = facts;
  const times = facts.times.split("|");

  // Changes from step to step in zigzag form, seven bits a byte; a 0 is followed by how many there are in a row.
  function decode(text) {
    const counts = [];
    let row = [], last = 0, number = 0, scale = 1, zeros = false;
    const put = (change) => {
      last += change;
      row.push(last);
      if (row.length === steps) { counts.push(row); row = []; last = 0; }
    };
    for (const letter of atob(text)) {
      const byte = letter.charCodeAt(0);
      number += (byte & 127) * scale;
      scale *= 128;
      if (byte & 128) continue;
      if (zeros) { while (number--) put(0); zeros = false; }
      else if (number === 0) zeros = true;
      else put(number % 2 ? -(number + 1) / 2 : number / 2);
      number = 0;
      scale = 1;
    }
    return counts;
  }

  const counts = decode(root.dataset.counts);
  const totals = counts.splice(0, 5);
  const waiting = counts.splice(0, places), aboard = counts.splice(0, places), joined = counts.splice(0, places);
  const all = (selector) => [...root.querySelectorAll(selector)];
  const circles = [["joined", joined], ["aboard", aboard], ["waiting", waiting]]
    .map(([form, rows]) => [all(`.picture .${form} circle`), rows]);
  const lines = all(".picture .flow");
  const columns = all(".picture .column");
  const slider = root.querySelector("input"), button = root.querySelector("button.play");
  const clock = root.querySelector(".clock"), figures = all(".states .n"), bars = all(".states .fill");
  const head = root.querySelector(".playhead"), longest = root.querySelector(".longest"), now = root.querySelector(".now");
  const called = Number(root.dataset.people);
  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  function place(way, step) {
    if (!way.length || step < way[0]) return null;
    for (let i = 3; i < way.length; i += 3)
      if (step < way[i]) {
        const part = (step - way[i - 3]) / (way[i] - way[i - 3] || 1);
        return [way[i - 2] + part * (way[i + 1] - way[i - 2]), way[i - 1] + part * (way[i + 2] - way[i - 1])];
      }
    return way.slice(-2);
  }

  function show(step) {
    for (const [drawn, rows] of circles)
      drawn.forEach((circle, i) => circle.setAttribute("r", (facts.scale * Math.sqrt(rows[i][step])).toFixed(1)));
    lines.forEach((line, i) => {
      line.setAttribute("stroke-width", (facts.flow * Math.sqrt(counts[i][step])).toFixed(1));
      line.setAttribute("stroke-dashoffset", calm.matches ? 0 : -3 * step);
    });
    columns.forEach((column, i) => {
      const at = place(facts.ways[i], step);
      column.setAttribute("visibility", at ? "visible" : "hidden");
      if (at) column.setAttribute("transform", `translate(${at[0].toFixed(1)} ${at[1].toFixed(1)})`);
    });
    figures.forEach((figure, i) => { figure.textContent = totals[i][step].toLocaleString("en"); });
    bars.forEach((bar, i) => { bar.style.width = `${100 * totals[i][step] / called}%`; });
    clock.textContent = times[step];
    head.style.left = `${100 * step / Math.max(steps - 1, 1)}%`;
    const most = waiting.map((row, i) => [row[step], i]).filter(([n]) => n).sort((a, b) => b[0] - a[0]).slice(0, 5);
    longest.replaceChildren(...most.map(([n, i]) => {
      const item = document.createElement("li"), count = document.createElement("b");
      count.textContent = n.toLocaleString("en");
      item.append(facts.names[i], " ", count);
      return item;
    }));
    longest.parentElement.classList.toggle("none", !most.length);
    const struck = facts.shocks.filter(([from, until]) => from <= step && step < until).map((shock) => shock[2]);
    now.textContent = struck.length ? `Now: ${struck.join(", ")}` : "";
    slider.value = step;
    slider.setAttribute("aria-valuetext", `${times[step]}: ${totals[0][step]} on the way, ${totals[1][step]} waiting, `
      + `${totals[3][step]} on buses, ${totals[4][step]} joined${struck.length ? `; ${struck.join(", ")}` : ""}`);
  }

  let playing = false, before = 0;
  function stop() { playing = false; button.textContent = "Play"; }
  function tick(at) {
    if (!playing) return;
    // Whoever asked for less motion gets a picture a second instead of a dozen.
    const [pause, hop] = calm.matches ? [1000, Math.ceil(steps / 24)] : [80, 1];
    if (at - before >= pause) {
      before = at;
      show(Math.min(Number(slider.value) + hop, steps - 1));
      if (Number(slider.value) >= steps - 1) stop();
    }
    requestAnimationFrame(tick);
  }
  button.addEventListener("click", () => {
    if (playing) return stop();
    if (Number(slider.value) >= steps - 1) show(0);
    playing = true;
    button.textContent = "Pause";
    requestAnimationFrame(tick);
  });
  slider.addEventListener("input", () => { stop(); show(Number(slider.value)); });
  root.classList.add("live");
  show(facts.shown);
})();
