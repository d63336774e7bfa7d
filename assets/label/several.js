/* Several spectra at once: windows of the current one and of those that come next, as in Fig. 3.8 of the predecessor's
   thesis. The first is the one that is answered; a click on another makes it the current one. */
(function () {
    "use strict";
    const label = window.spectrolabe.label;
    const { byId, el } = label;
    const NUMBERS = [4, 6, 9, 12];
    let cells = [];

    const isOn = () => label.view.layout === "several" && Boolean(label.state.current);

    function build() {
        const place = byId("label-several");
        const n = label.view.several;
        const choose = NUMBERS.map((k) => el("button", { type: "button", class: "segment", "data-command": `several:${k}`, "aria-pressed": String(k === n) }, String(k)));
        const head = el("div", { class: "label-several-head" }, el("span", { class: "secondary" }, "The framed spectrum is the one you answer."), el("div", { class: "segmented", role: "group", "aria-label": "Spectra at once" }, ...choose));
        const grid = el("div", { class: "label-several-grid" });
        grid.style.setProperty("--columns", String(n <= 4 ? 2 : n <= 9 ? 3 : 4));
        grid.style.setProperty("--rows", String(Math.ceil(n / (n <= 4 ? 2 : n <= 9 ? 3 : 4))));
        clear();
        place.replaceChildren(head, grid);
        cells = Array.from({ length: n }, function () {
            const name = el("span", { class: "label-cell-name" });
            const host = el("div", { class: "label-chart" });
            const cell = el("button", { type: "button", class: "label-cell" }, name, host);
            grid.append(cell);
            const made = { cell, name, chart: new label.Chart(host, { name: "small", isSmall: true, margins: { left: 34, right: 8, top: 4, bottom: 24 } }), at: -1 };
            cell.addEventListener("click", () => made.at >= 0 && label.go(made.at));
            return made;
        });
    }

    function clear() {
        cells.forEach(({ chart }) => chart.destroy());
        cells = [];
    }

    /* The current one, then what comes next in the queue. */
    function chosen() {
        const { items, index } = label.state;
        const found = [index];
        for (let k = index + 1; k < items.length && found.length < cells.length; k += 1) if (!items[k].label && label.passes(items[k])) found.push(k);
        return found;
    }

    function draw() {
        if (!isOn()) return;
        if (cells.length !== label.view.several) build();
        const { queue, items } = label.state;
        const [y0, y1] = queue.window.y_range;
        const x = queue.window.grid;
        const places = chosen();
        const missing = [];
        cells.forEach(function (one, k) {
            const at = places[k];
            one.cell.hidden = at === undefined;
            if (at === undefined) return;
            const item = items[at];
            const data = label.spectra.peek(item);
            one.at = at;
            one.cell.classList.toggle("is-current", at === label.state.index);
            if (at === label.state.index) one.cell.setAttribute("aria-current", "true");
            else one.cell.removeAttribute("aria-current");
            one.name.textContent = item.is_blind ? item.word : item.id;
            if (!data) return missing.push(item.id), one.chart.clear();
            one.chart.draw({ key: item.key, home: { x0: x[0], x1: x[x.length - 1], y0, y1 }, xTitle: "", yTitle: "", lines: [{ x, y: data.window.flux, kind: "trace" }], band: null, masked: [], marks: [], regions: [], sentence: `Window of ${one.name.textContent}` });
        });
        return missing;
    }

    label.commands.several = function (value) {
        const n = Number(value) || NUMBERS[(NUMBERS.indexOf(label.view.several) + 1) % NUMBERS.length];
        label.view.set("several", n);
        draw();
    };

    function toggle() {
        if (!label.isOpen() || label.state.isEnded) return;
        const on = isOn();
        byId("label-several").hidden = !on;
        byId("label-plots").hidden = on;
        if (on) draw();
    }

    label.on("view", ({ name }) => name === "layout" && toggle());
    label.on("show", toggle);
    label.on("spectrum", draw);
    label.on("fetched", draw);
    label.on("stop", clear);
})();
