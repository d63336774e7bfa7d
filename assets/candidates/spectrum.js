/* One spectrum beside the results: its window and full range, what is known of it, and its label by one key. */
(function () {
    "use strict";
    const candidates = window.spectrolabe.candidates;
    const { el, byId } = candidates;
    let label = null; // plots, paths and numbers of the page Label, which loads after this
    const HALPHA = 6564.61;
    const kept = new Map();
    let charts = null;
    let shown = null; // {row, index}
    let asked = 0;
    let opener = null;
    let undo = null; // {event_id, spectrum_id}

    const isShown = (row) => Boolean(shown && row && shown.row.key === row.key);
    const panel = () => byId("candidates-spectrum");

    /* ---------------------------------------------------------------- open, close, go on */

    async function open(index) {
        const row = candidates.grid.rowAt(index);
        if (!row) return;
        if (!shown) opener = document.activeElement;
        shown = { row, index };
        panel().hidden = false;
        byId("candidates-page").classList.add("has-spectrum");
        candidates.text("candidates-spectrum-title", row.id);
        candidates.text("candidates-spectrum-subtitle", row.index);
        candidates.fill("candidates-spectrum-note");
        candidates.grid.refreshNow();
        drawLabels(null);
        load(row);
    }

    function close() {
        if (!shown) return;
        shown = null;
        asked += 1;
        panel().hidden = true;
        byId("candidates-page").classList.remove("has-spectrum");
        candidates.grid.refreshNow();
        if (opener && opener.isConnected) opener.focus();
    }

    function go(by) {
        const index = shown.index + by;
        if (index < 0 || index >= candidates.state.total) return;
        candidates.grid.show(index);
        if (candidates.grid.rowAt(index)) return void open(index);
        setTimeout(() => shown && candidates.grid.rowAt(index) && open(index), 400); // its block comes
        return undefined;
    }

    candidates.acts["close-spectrum"] = close;
    candidates.acts.previous = () => shown && go(-1);
    candidates.acts.next = () => shown && go(1);

    /* ---------------------------------------------------------------- data */

    async function load(row) {
        const mine = (asked += 1);
        const slow = setTimeout(() => mine === asked && byId("candidates-charts").classList.add("is-loading"), 150);
        try {
            if (!kept.has(row.key)) kept.set(row.key, await candidates.ask("spectrum", candidates.question({ q: "", index_of: row.index, id: row.id })));
            while (kept.size > 60) kept.delete(kept.keys().next().value);
            if (mine === asked && shown) draw(row, kept.get(row.key));
        } catch (error) {
            if (mine === asked) note(error.message, () => load(row));
        } finally {
            clearTimeout(slow);
            if (byId("candidates-charts")) byId("candidates-charts").classList.remove("is-loading");
        }
    }

    function note(text, again) {
        byId("candidates-charts").hidden = true;
        candidates.fill("candidates-spectrum-note", el("p", { class: "candidates-why" }, text), again ? candidates.button("Try again", { kind: "outline", class: "button-small" }, again) : null);
    }

    function draw(row, data) {
        candidates.text("candidates-spectrum-title", data.title || row.id);
        candidates.text("candidates-spectrum-subtitle", data.subtitle || row.index);
        drawLabels(data);
        drawFacts(row, data);
        if (!data.spectrum) return note(data.why);
        candidates.fill("candidates-spectrum-note", data.is_blind ? el("p", { class: "candidates-why" }, candidates.icon("eye-off"), " Member of the random sample that measures the network. It is labeled blind, on the page Label; name, class and guess appear once your label is saved.") : null);
        byId("candidates-charts").hidden = false;
        drawCharts(row, data);
        return undefined;
    }

    /* ---------------------------------------------------------------- plots */

    const floats = (values) => (values ? Float64Array.from(values, (value) => (value === null ? NaN : value)) : null);
    const band = (x, flux, sigma) => sigma && { x, low: flux.map((value, k) => value - sigma[k]), high: flux.map((value, k) => value + sigma[k]) };
    const read = (k, at, value) => `${label.decimal(at, 1)} Å   ${value === null ? "masked" : label.decimal(value, Math.abs(value) >= 1000 ? 0 : 2)}`;

    function drawCharts(row, data) {
        charts = charts || { window: new label.Chart(byId("candidates-window-chart"), { name: "window" }), full: new label.Chart(byId("candidates-full-chart"), { name: "full" }) };
        Object.values(charts).forEach((chart) => chart.measure());
        const grid = floats(data.window.grid);
        const flux = floats(data.spectrum.window.flux);
        const sigma = floats(data.spectrum.window.sigma);
        const [low, high] = label.paths.extent(flux);
        const margin = 0.08 * (high - low) || 1;
        const [y0, y1] = data.window.y_range;
        const isLine = data.window.line;
        const mark = isLine ? [{ x: HALPHA, name: "Hα", weight: 9, isFocus: true, isLong: true }] : [];
        let peak = 0;
        flux.forEach((value, k) => (Math.abs(value) > Math.abs(flux[peak]) ? (peak = k) : null));
        charts.window.draw({
            key: row.key, home: { x0: grid[0], x1: grid[grid.length - 1], y0: Math.min(y0, low - margin), y1: Math.max(y1, high + margin) },
            xTitle: "Wavelength (Å, vacuum)", yTitle: `Flux (${data.window.scaling === "zscore" ? "z-score" : data.window.scaling || "relative"})`,
            lines: [{ x: grid, y: flux, kind: "trace" }], band: band(grid, flux, sigma), masked: data.spectrum.window.masked || [], marks: mark, regions: [], note: "",
            sentence: `${isLine ? "Hα window" : "Window"}, largest deviation ${label.decimal(flux[peak], 1)} at ${label.decimal(grid[peak], 1)} Å`, read,
        }); // prettier-ignore
        drawFull(row, data, grid);
    }

    function drawFull(row, data, grid) {
        const { full } = data.spectrum;
        const host = byId("candidates-full-chart");
        if (!full || full.error) {
            charts.full.clear();
            host.classList.add("is-missing");
            charts.full.note.textContent = full ? full.error : "There is no original of this spectrum.";
            return;
        }
        host.classList.remove("is-missing");
        const x = floats(full.wavelength);
        const flux = floats(full.flux);
        const good = [...flux].filter(Number.isFinite).sort((a, b) => a - b);
        const cut = Math.floor(good.length * 0.003);
        const [low, high] = good.length ? [good[cut], good[good.length - 1 - cut]] : [0, 1];
        const most = Math.max(Math.abs(low), Math.abs(high));
        const power = most > 0 && (most < 0.01 || most >= 1e6) ? Math.floor(Math.log10(most)) : 0;
        const y = power ? flux.map((value) => value / 10 ** power) : flux;
        const top = high / 10 ** power;
        const least = low / 10 ** power;
        charts.full.draw({
            key: row.key, home: { x0: x[0], x1: x[x.length - 1], y0: least >= 0 ? 0 : least - 0.04 * (top - least), y1: top + 0.08 * (top - least || 1) },
            xTitle: `Wavelength (Å, ${full.medium || "vacuum"})`, yTitle: `Flux (${power ? `10^${power} ` : ""}${full.unit})`, lines: [{ x, y, kind: "full" }], band: null, masked: [],
            marks: [{ x: HALPHA, name: "Hα", weight: 9, isFocus: true }, { x: 4862.69, name: "Hβ", weight: 5 }, { x: 4341.69, name: "Hγ", weight: 4 }, { x: 4102.9, name: "Hδ", weight: 3 }].filter((one) => one.x > x[0] && one.x < x[x.length - 1]),
            regions: [{ from: grid[0], to: grid[grid.length - 1], kind: "window" }], note: "", isCrowded: true,
            sentence: `Full range, ${label.decimal(x[0], 0)} to ${label.decimal(x[x.length - 1], 0)} Å`, read,
        }); // prettier-ignore
    }

    /* ---------------------------------------------------------------- label */

    function drawLabels(data) {
        const place = byId("candidates-spectrum-labels");
        const { about } = candidates.state;
        if (!about.session || !data || !data.spectrum) return candidates.fill(place);
        if (data.is_blind) {
            const href = `/label?${new URLSearchParams({ session: about.session.session_id })}`;
            return candidates.fill(place, el("a", { class: "button button-outline", href }, "Label the sample"));
        }
        const said = data.said || {};
        const buttons = candidates.classes().map((one) => choice(data, { kind: "label", class_id: one.class_id }, one.key, one.name, said.label === one.class_id, one));
        buttons.push(choice(data, { kind: "unsure" }, "U", "Unsure", said.answer === "unsure"), choice(data, { kind: "bad" }, "B", "Bad data", said.answer === "bad"));
        const back = undo && undo.spectrum_id === shown.row.id ? candidates.button("Undo", { kind: "soft", icon: "undo-2", class: "button-small" }, takeBack) : null;
        const comment = said.comment ? el("p", { class: "candidates-comment" }, `“${said.comment}”`) : null;
        return candidates.fill(place, el("h3", { class: "facet-title" }, "Your label"), el("div", { class: "candidates-labels", role: "group", "aria-label": "Your label" }, ...buttons, back), comment);
    }

    function choice(data, event, key, name, isPressed, one) {
        const made = el("button", { type: "button", class: `candidates-label ${one ? `class-${one.color_row}` : ""}`, "data-key": key, "aria-pressed": String(isPressed), title: `${name}, key ${key}` }, el("kbd", { class: "key-cap" }, key), one ? candidates.mark(one) : null, el("span", {}, name));
        made.addEventListener("click", () => say(event));
        return made;
    }

    async function post(events) {
        const { session } = candidates.state;
        const answer = await fetch("/api/labels", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ session, events }) });
        const content = await answer.json().catch(() => ({}));
        if (!answer.ok) throw new Error(content.error || `The server answered with status ${answer.status}.`);
        if (content.rejected.length) throw new Error(content.rejected[0].error);
        return content;
    }

    async function say(event) {
        const { row } = shown;
        const guess = row["@predicted"];
        const sent = { event_id: label.uuid(), spectrum_id: row.id, queue: "picked", created_utc: new Date().toISOString(), shown: { page: "candidates", guess: guess ? { [guess]: row["@probability"] || null } : null }, ...event };
        await change([sent], row, { event_id: sent.event_id, spectrum_id: row.id });
    }

    const takeBack = () => change([{ event_id: label.uuid(), kind: "undo", spectrum_id: shown.row.id, undoes: undo.event_id }], shown.row, null);

    async function change(events, row, next) {
        try {
            await post(events);
        } catch (error) {
            note(`Not saved: ${error.message}`);
            byId("candidates-charts").hidden = false;
            return;
        }
        undo = next;
        kept.delete(row.key);
        candidates.say(next ? "Saved" : "Taken back");
        candidates.emit("labels", { ids: [row.id] });
        if (isShown(row)) load(row);
    }

    /* ---------------------------------------------------------------- what is known */

    function drawFacts(row, data) {
        const known = Object.entries(data.values).filter(([, value]) => value !== null && value !== "");
        const facts = known.map(([name, value]) => el("div", { class: "fact" }, el("dt", { title: name }, candidates.titleOf(name)), el("dd", {}, candidates.wordOf(name, value), (candidates.fieldOf(name) || {}).unit ? el("span", { class: "quiet" }, ` ${candidates.fieldOf(name).unit}`) : null)));
        const links = data.links.map((one) => el("a", { href: one.url, target: "_blank", rel: "noopener noreferrer" }, one.name));
        candidates.fill("candidates-spectrum-facts", links.length ? el("div", { class: "candidates-links" }, ...links) : null, el("dl", { class: "facts" }, ...facts));
    }

    /* ---------------------------------------------------------------- keys */

    document.addEventListener("keydown", function (event) {
        if (!shown || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
        if (event.target.closest("input:not([type=checkbox]), textarea, select, dialog, details[open]")) return;
        if (event.key === "Escape") return close();
        if (!window.spectrolabe.keysOn) return undefined;
        if (event.key === "j" || event.key === "k") {
            event.preventDefault();
            return go(event.key === "j" ? 1 : -1);
        }
        // In the table ag-grid has the focus; the shell leaves its keys alone, so they are read here.
        const made = [...panel().querySelectorAll("[data-key]")].find((one) => one.dataset.key.toUpperCase() === event.key.toUpperCase());
        if (!made) return undefined;
        event.preventDefault();
        made.click();
        return undefined;
    });

    candidates.spectrum = { open, close, isShown };
    candidates.on("start", () => (label = window.spectrolabe.label));
    candidates.on("query", close);
    candidates.on("labels", ({ ids }) => !ids && kept.clear());
    candidates.on("stop", function () {
        asked += 1;
        if (charts) Object.values(charts).forEach((chart) => chart.destroy());
        kept.clear();
        [charts, shown, opener, undo] = [null, null, null, null];
    });
})();
