// The map with MapLibre: our own outlines and events, filtered by the same rule as the list (map_shown.Asked.lets).
import * as maplibre from "/vendor/maplibre-gl.mjs";

const DAY = 86_400_000;
const box = document.getElementById("map");
const form = document.getElementById("map-form");
const list = document.getElementById("list");
const cardBody = document.getElementById("card-body");
const cardTitle = document.getElementById("card-t");
const since = document.getElementById("since");
const until = document.getElementById("until");
const play = document.getElementById("play");
const dark = matchMedia("(prefers-color-scheme: dark)");
const SHAPES = { "call-up": "circle", treatment: "diamond", words: "square", readied: "triangle", forces: "hexagon" };
const SIDE = 64; // pixels of a mark's picture, drawn for twice as dense screens

const ASIDE = ["interpolate", ["linear"], ["get", "aside"], -999, ["literal", [-999, 0]], 999, ["literal", [999, 0]]];
// A number becomes a pair of numbers so: pairs themselves turn into text where features are asked for.

const day = (text) => (text ? Math.round(Date.parse(`${text}T00:00:00Z`) / DAY) : null);
const date = (number) => new Date(number * DAY).toISOString().slice(0, 10);
const said = (number) =>
  new Date(number * DAY).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

// --- what is let through -----------------------------------------------------------------------------------------
const first = day(box.dataset.first);
const last = day(box.dataset.last);

function asked() {
  const data = new FormData(form);
  const groups = data.getAll("group");
  let from = day(box.dataset.from);
  let to = day(box.dataset.to);
  if (since && +since.value > first) from = +since.value;
  if (until && +until.value < last) to = +until.value;
  return { from, to, sort: data.get("sort"), groups: groups.length ? groups : Object.keys(SHAPES) };
}

function lets(it, want) {
  if ((want.sort !== "all" && want.sort !== it.sort) || !want.groups.includes(it.group)) return false;
  if (want.from === null && want.to === null) return true;
  if (it.first === null && it.last === null) return false;
  const late = want.to !== null && it.first !== null && it.first > want.to;
  const early = want.from !== null && it.last !== null && it.last < want.from;
  return !late && !early;
}

function search(want) {
  const words = new URLSearchParams();
  if (want.from !== null) words.set("from", date(want.from));
  if (want.to !== null) words.set("to", date(want.to));
  if (want.sort !== "all") words.set("sort", want.sort);
  if (want.groups.length < Object.keys(SHAPES).length) words.set("group", want.groups.join(","));
  const text = words.toString();
  return text ? `?${text}` : "";
}

// --- from events to marks ------------------------------------------------------------------------------------------
let events = [];
let shown = new Map(); // key of a mark → its events

function marks(want) {
  shown = new Map();
  for (const one of events) {
    const it = one.properties;
    if (it.where !== "placed" || !lets(it, want)) continue;
    const key = `${one.geometry.coordinates.join(",")} ${it.group}`;
    if (!shown.has(key)) shown.set(key, []);
    shown.get(key).push(one);
  }
  const most = Math.max(1, ...[...shown.values()].map((mine) => new Set(mine.flatMap((one) => one.properties.origins)).size));
  const grow = Math.min(6.5, 33 / Math.sqrt(most)); // the largest mark stays small enough to see the land around it
  const beside = new Map(); // marks of several groups at one place stand beside one another
  const found = [...shown].map(([key, mine]) => {
    const origins = new Set(mine.flatMap((one) => one.properties.origins)).size;
    const place = mine[0].geometry.coordinates.join(",");
    const at = beside.get(place) ?? [];
    const mark = { key, mine, size: 13 + grow * Math.sqrt(origins), at };
    at.push(mark);
    beside.set(place, at);
    return mark;
  });
  return {
    type: "FeatureCollection",
    features: found.map(({ key, mine, size, at }) => {
      const wide = at.reduce((sum, one) => sum + one.size, 0);
      const before = at.slice(0, at.findIndex((one) => one.key === key)).reduce((sum, one) => sum + one.size, 0);
      const scale = (size / SIDE) * 2;
      const aside = at.length > 1 ? (before + size / 2 - wide / 2) / scale : 0;
      const it = mine[0].properties;
      return {
        type: "Feature",
        geometry: mine[0].geometry,
        properties: { key, icon: it.group, scale, aside, order: -size },
      };
    }),
  };
}

function ring([lon, lat], km) {
  const points = [];
  for (let n = 0; n <= 64; n += 1) {
    const turn = (n / 64) * 2 * Math.PI;
    const up = (km / 111.2) * Math.sin(turn);
    points.push([lon + ((km / 111.2) * Math.cos(turn)) / Math.cos((lat * Math.PI) / 180), lat + up]);
  }
  return points;
}

function rings(chosen) {
  const found = new Map();
  for (const [key, mine] of shown) {
    const one = mine[0];
    const place = one.geometry.coordinates.join(",");
    const km = Math.max(...mine.map((it) => it.properties.radius_km));
    const here = found.get(place);
    if (!here || here.km < km || key === chosen) found.set(place, { km, at: one.geometry.coordinates, chosen: key === chosen });
  }
  return {
    type: "FeatureCollection",
    features: [...found.values()].map(({ km, at, chosen: now }) => ({
      type: "Feature",
      geometry: { type: "Polygon", coordinates: [ring(at, km)] },
      properties: { chosen: now },
    })),
  };
}

// --- pictures of marks ---------------------------------------------------------------------------------------------
function picture(group) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  const pen = canvas.getContext("2d");
  const middle = SIDE / 2;
  const radius = SIDE / 2 - 4;
  const corners = { circle: 48, diamond: 4, square: 4, triangle: 3, hexagon: 6 }[SHAPES[group]];
  const turn = { circle: 0, diamond: 0, square: 45, triangle: 0, hexagon: 30 }[SHAPES[group]];
  pen.beginPath();
  for (let n = 0; n < corners; n += 1) {
    const angle = ((turn - 90 + (360 * n) / corners) * Math.PI) / 180;
    pen.lineTo(middle + radius * Math.cos(angle), middle + radius * Math.sin(angle));
  }
  pen.closePath();
  pen.globalAlpha = 0.9;
  pen.fillStyle = colour(`g-${group}`);
  pen.fill();
  pen.globalAlpha = 1;
  pen.lineWidth = 4;
  pen.strokeStyle = colour("panel");
  pen.stroke();
  return pen.getImageData(0, 0, SIDE, SIDE);
}

// --- the map ----------------------------------------------------------------------------------------------------------
// Neighbours are cut to a frame; its sides are no borders, and are not drawn.
function borders(land) {
  const cut = land.features.filter((one) => one.properties.kind === "neighbour");
  const points = cut.flatMap((one) => one.geometry.coordinates.flat(2));
  const [lons, lats] = [points.map((it) => it[0]), points.map((it) => it[1])];
  const sides = [[0, Math.min(...lons)], [0, Math.max(...lons)], [1, Math.min(...lats)], [1, Math.max(...lats)]];
  const beside = (a, b) => sides.some(([axis, at]) => Math.abs(a[axis] - at) < 1e-3 && Math.abs(b[axis] - at) < 1e-3);
  const drawn = land.features.filter((one) => ["neighbour", "region"].includes(one.properties.kind));
  const lines = drawn.flatMap((one) =>
    one.geometry.coordinates.flat().flatMap((ring) => {
      const parts = [[]];
      ring.forEach((point, n) => {
        if (n && beside(ring[n - 1], point)) parts.push([]);
        parts.at(-1).push(point);
      });
      return parts.filter((part) => part.length > 1);
    }),
  );
  return { type: "Feature", properties: {}, geometry: { type: "MultiLineString", coordinates: lines } };
}

function style(land) {
  return {
    version: 8,
    sources: {
      land: { type: "geojson", data: land },
      borders: { type: "geojson", data: borders(land) },
      rings: { type: "geojson", data: { type: "FeatureCollection", features: [] } },
      marks: { type: "geojson", data: { type: "FeatureCollection", features: [] } },
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": colour("beyond") } },
      { id: "beyond", type: "fill", source: "land", filter: ["==", ["get", "kind"], "neighbour"], paint: { "fill-color": colour("beyond") } },
      { id: "regions", type: "fill", source: "land", filter: ["==", ["get", "kind"], "region"], paint: { "fill-color": colour("land") } },
      { id: "borders", type: "line", source: "borders", paint: { "line-color": colour("border"), "line-width": 0.7 } },
      { id: "country", type: "line", source: "land", filter: ["==", ["get", "kind"], "country"], paint: { "line-color": colour("border"), "line-width": 1.8 } },
      { id: "within", type: "fill", source: "rings", paint: { "fill-color": colour("ink"), "fill-opacity": ["case", ["get", "chosen"], 0.14, 0.03] } },
      { id: "within-edge", type: "line", source: "rings", paint: { "line-color": colour("ink"), "line-opacity": ["case", ["get", "chosen"], 0.9, 0.22], "line-width": ["case", ["get", "chosen"], 1.6, 0.8], "line-dasharray": [3, 2] } },
      {
        id: "marks", type: "symbol", source: "marks",
        layout: {
          "icon-image": ["get", "icon"], "icon-size": ["get", "scale"], "icon-offset": ASIDE,
          "icon-allow-overlap": true, "icon-ignore-placement": true, "symbol-sort-key": ["get", "order"],
        },
      },
    ],
  };
}

let map = null;
let chosen = "";

function draw() {
  const want = asked();
  const told = marks(want);
  if (!shown.has(chosen)) chosen = "";
  map.getSource("marks").setData(told);
  map.getSource("rings").setData(rings(chosen));
  box.dataset.shown = String([...shown.values()].reduce((sum, mine) => sum + mine.length, 0));
  return want;
}

function text(tag, words, kind = "") {
  const made = document.createElement(tag);
  made.textContent = words;
  if (kind) made.className = kind;
  return made;
}

function link(address, words, kind = "") {
  const made = text("a", words, kind);
  made.href = address;
  return made;
}

function card(key, firstId = "") {
  const mine = [...(shown.get(key) ?? [])].sort((a, b) => (b.id === firstId) - (a.id === firstId) || (b.properties.last ?? 0) - (a.properties.last ?? 0));
  if (!mine.length) return;
  chosen = key;
  map.getSource("rings").setData(rings(chosen));
  const it = mine[0].properties;
  cardTitle.textContent = it.place;
  const origins = new Set(mine.flatMap((one) => one.properties.origins)).size;
  const items = document.createElement("ul");
  items.className = "list";
  for (const one of mine.slice(0, 20)) {
    const told = one.properties;
    const item = document.createElement("li");
    const what = document.createElement("p");
    what.append(link(told.address_here, told.title));
    item.append(what, text("p", [told.when_words, told.count].filter(Boolean).join(" · "), "small"), text("p", `${told.independent}: ${told.origins.map((name) => (name.startsWith("?") ? "unnamed" : name)).join(", ")}`, "who"));
    const from = text("p", "", "small");
    for (const [name, address] of told.sources) from.append(link(address, name, "id"), " ");
    if (told.more) from.append(`and ${told.more} more`);
    item.append(from);
    items.append(item);
  }
  const events_ = mine.length === 1 ? "1 event" : `${mine.length} events`;
  const more = mine.length > 20 ? [text("p", `… and ${mine.length - 20} more, in the list below.`, "small muted")] : [];
  cardBody.replaceChildren(text("p", `${events_}, at most ${origins} independent origin${origins === 1 ? "" : "s"}; the place is known within ${it.radius_km} km.`, "small muted"), items, ...more);
  for (const row of list.querySelectorAll("tr[data-id]")) row.classList.toggle("chosen", mine.some((one) => one.id === row.dataset.id));
}

function show(id) {
  for (const [key, mine] of shown) {
    const one = mine.find((each) => each.id === id);
    if (!one) continue;
    card(key, id);
    map.easeTo({ center: one.geometry.coordinates, duration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 400 });
    box.scrollIntoView({ block: "nearest" });
    cardTitle.tabIndex = -1;
    cardTitle.focus({ preventScroll: true });
    return;
  }
}

// --- the list, by the same words -------------------------------------------------------------------------------------
let asking = null;
let waiting = 0;

async function ask(words) {
  asking?.abort();
  asking = new AbortController();
  try {
    const answer = await fetch(`/map/list${words}`, { signal: asking.signal });
    if (!answer.ok) return;
    list.innerHTML = await answer.text(); // made and escaped by our own server
    buttons();
    history.replaceState(null, "", `/map${words}`);
  } catch (error) {
    if (error.name !== "AbortError") throw error;
  }
}

function buttons() {
  for (const one of list.querySelectorAll(".on-map")) one.hidden = false;
}

function changed(wait = 180) {
  const want = draw();
  if (since) window_();
  clearTimeout(waiting);
  waiting = setTimeout(() => ask(search(want)), wait);
}

// --- the timeline -------------------------------------------------------------------------------------------------------
function window_() {
  const wide = Math.max(last - first, 1);
  const from = ((+since.value - first) / wide) * 1000;
  const to = ((+until.value - first) / wide) * 1000;
  document.getElementById("before").setAttribute("width", from.toFixed(1));
  document.getElementById("after").setAttribute("x", to.toFixed(1));
  document.getElementById("after").setAttribute("width", (1000 - to).toFixed(1));
  document.getElementById("since-day").textContent = said(+since.value);
  document.getElementById("until-day").textContent = said(+until.value);
  since.setAttribute("aria-valuetext", said(+since.value));
  until.setAttribute("aria-valuetext", said(+until.value));
}

let playing = 0;
function stop() {
  clearInterval(playing);
  playing = 0;
  play.setAttribute("aria-pressed", "false");
  play.querySelector("span").textContent = "Play";
}

function start() {
  if (+until.value >= last) until.value = since.value;
  play.setAttribute("aria-pressed", "true");
  play.querySelector("span").textContent = "Stop";
  const step = Math.max(1, Math.round((last - first) / 120));
  playing = setInterval(() => {
    until.value = Math.min(+until.value + step, last);
    changed(400);
    if (+until.value >= last) stop();
  }, 160);
}

function sliders() {
  if (!since) return;
  for (const one of [since, until]) {
    one.min = first;
    one.max = last;
  }
  since.value = first;
  until.value = last;
  document.getElementById("sliders").hidden = false;
  window_();
  since.addEventListener("input", () => {
    if (+since.value > +until.value) until.value = since.value;
    changed();
  });
  until.addEventListener("input", () => {
    if (+until.value < +since.value) since.value = until.value;
    changed();
  });
  play.addEventListener("click", () => (playing ? stop() : start()));
}

// --- begin ---------------------------------------------------------------------------------------------------------------
async function begin() {
  const [land, told] = await Promise.all(["/map/land.json", "/map/events.json"].map(async (it) => (await fetch(it)).json()));
  events = told.features;
  maplibre.setWorkerUrl("/vendor/maplibre-gl-worker.mjs");
  const drawn = document.getElementById("drawn");
  const home = land.features.find((one) => one.properties.kind === "country").geometry.coordinates.flat(2);
  const [lons, lats] = [home.map((it) => it[0]), home.map((it) => it[1])];
  const bounds = [[Math.min(...lons), Math.min(...lats)], [Math.max(...lons), Math.max(...lats)]];
  const holder = document.createElement("div");
  holder.className = "live";
  box.append(holder);
  try {
    map = new maplibre.Map({
      container: holder, style: style(land), bounds, fitBoundsOptions: { padding: 16 }, attributionControl: false, dragRotate: false,
      pitchWithRotate: false, touchPitch: false, maxZoom: 11, minZoom: 4, cooperativeGestures: matchMedia("(max-width: 60rem)").matches,
      canvasContextAttributes: { preserveDrawingBuffer: false },
    });
  } catch {
    holder.remove(); // no WebGL: the drawing stays
    return;
  }
  map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new maplibre.ScaleControl({ maxWidth: 110 }), "bottom-left");
  map.touchZoomRotate.disableRotation();
  for (const group of Object.keys(SHAPES)) map.once("styledata", () => map.hasImage(group) || map.addImage(group, picture(group), { pixelRatio: 2 }));
  await map.once("load");
  for (const group of Object.keys(SHAPES)) if (!map.hasImage(group)) map.addImage(group, picture(group), { pixelRatio: 2 });
  for (const one of land.features.filter((it) => it.properties.kind === "town").slice(0, innerWidth < 600 ? 7 : 14)) {
    const label = text("span", one.properties.name, "town");
    label.setAttribute("aria-hidden", "true");
    new maplibre.Marker({ element: label, anchor: "top", offset: [0, 8] }).setLngLat(one.geometry.coordinates).addTo(map);
    label.removeAttribute("aria-label");
  }
  sliders();
  buttons();
  draw();
  map.on("click", "marks", (event) => card(event.features[0].properties.key));
  map.on("mouseenter", "marks", () => (map.getCanvas().style.cursor = "pointer"));
  map.on("mouseleave", "marks", () => (map.getCanvas().style.cursor = ""));
  form.addEventListener("change", (event) => {
    if (["group", "sort"].includes(event.target.name)) changed();
  });
  list.addEventListener("click", (event) => {
    const button = event.target.closest(".on-map");
    const pager = event.target.closest(".pager a");
    if (button) show(button.dataset.id);
    if (!pager) return;
    event.preventDefault();
    ask(new URL(pager.href).search).then(() => list.scrollIntoView({ block: "start" }));
  });
  dark.addEventListener("change", () => location.reload());
  await map.once("idle");
  drawn.hidden = true; // until now the drawing stood there, so that nobody looks at an empty map
  box.dataset.ready = "yes";
}

begin();
