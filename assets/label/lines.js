/* Spectral lines by family, their shift, and what an axis counts in. */
(function () {
    "use strict";
    const label = window.spectrolabe.label;
    const { el } = label;
    const C = 299792.458; // km/s
    const SHORT = { "Na I D1": "Na D", "Na I D2": "Na D", "Ca II K": "K", "Ca II H": "H", "O2 A": "A", "O2 B": "B", "O2 gamma": "γ" };
    let families = [];
    let isAsked = false;

    async function load() {
        if (isAsked) return;
        isAsked = true;
        try {
            families = (await label.ask("/api/labels/lines")).families;
            chosen = label.remembered("families", null);
            every = families.flatMap((family) => family.lines.map((line) => ({ ...line, family, called: short(line) })));
        } catch (error) {
            isAsked = false; // asked again with the next spectrum
            return;
        }
        drawMenu();
        label.emit("view", { name: "families" });
    }

    const short = (line) =>
        SHORT[line.name] ||
        (/^H2O/.test(line.name) ? "H₂O" : line.short.replace(/ (sky )?\d{3,5}( sky)?$/, "").replace(/^TiO.*/, "TiO"));

    let chosen = null; // names of the families the person chose, null for those given
    const isShown = (family) => (chosen ? chosen.includes(family.family) : family.is_shown);

    /* Factor between the wavelength at rest and the one seen: radial velocity (relativistic) or z. */
    function factor() {
        const { shift, shiftUnit } = label.view;
        if (!shift) return 1;
        if (shiftUnit === "z") return 1 + shift;
        const beta = shift / C;
        return Math.sqrt((1 + beta) / (1 - beta));
    }

    function shiftOf(ratio) {
        if (label.view.shiftUnit === "z") return Math.round((ratio - 1) * 1e6) / 1e6;
        const square = ratio ** 2;
        return Math.round((C * (square - 1)) / (square + 1));
    }

    function shiftText() {
        const { shift, shiftUnit } = label.view;
        if (!shift) return "";
        return shiftUnit === "z" ? `, z ${label.signed(shift, 5)}` : `, ${label.signed(shift)} km/s`;
    }

    /* Wavelength in vacuum Å to what the axis shows. */
    const SCALES = {
        angstrom: { of: (value) => value, back: (value) => value, title: () => "Wavelength (Å, vacuum)", unit: "Å", digits: 1 },
        nm: { of: (value) => value / 10, back: (value) => value * 10, title: () => "Wavelength (nm, vacuum)", unit: "nm", digits: 2 },
    };

    function velocityFrom(line) {
        return {
            of: (value) => C * (value / line.vacuum - 1),
            back: (value) => line.vacuum * (1 + value / C),
            title: () => `Velocity from ${line.short} (km/s, vacuum)`,
            unit: "km/s",
            digits: 0,
        };
    }

    const scale = (isWindow) => (label.view.unit === "velocity" ? velocityFrom(focus(isWindow)) : SCALES[label.view.unit] || SCALES.angstrom);

    let every = [];
    const all = () => every;

    /* The line in focus: the one clicked, else that of the window; in the window only one that lies in it. */
    function focus(isWindow) {
        const { queue } = label.state;
        const grid = queue && queue.window && queue.window.grid;
        const own = queue && queue.window && queue.window.line;
        const isOutside = isWindow && grid && (label.view.focus < grid[0] || label.view.focus > grid[grid.length - 1]);
        const wanted = (isOutside ? null : label.view.focus) || own || (grid ? (grid[0] + grid[grid.length - 1]) / 2 : 6564.61);
        const found = all().find((line) => !line.vacuum_end && Math.abs(line.vacuum - wanted) < 0.02);
        return found || { vacuum: wanted, short: Math.abs(wanted - 6564.61) < 0.02 ? "Hα" : `${wanted.toFixed(1)} Å`, name: "", weight: 99 };
    }

    function marks(scale, long) {
        if (!label.view.lines) return [];
        const ratio = factor();
        const one = focus(long);
        const rest = all().filter((line) => isShown(line.family) && !line.vacuum_end && Math.abs(line.vacuum - one.vacuum) > 0.02);
        const made = rest.map((line) => ({
            x: scale.of(line.vacuum * (line.family.is_at_rest_with_observer ? 1 : ratio)),
            name: line.called,
            line,
            dash: `dash-${line.family.dash}`,
            weight: line.weight,
            isFixed: line.family.is_at_rest_with_observer,
        }));
        const name = long ? `${one.short} ${(one.vacuum * ratio).toFixed(1)}${shiftText()}` : one.short;
        const hasFocus = label.state.queue.window.line || label.view.focus;
        if (hasFocus) made.push({ x: scale.of(one.vacuum * ratio), name, line: one, weight: 99, isFocus: true, isLong: long });
        return made;
    }

    function bands(scale) {
        if (!label.view.lines) return [];
        const found = all().filter((line) => line.vacuum_end && isShown(line.family) && line.note !== "weak" && !/weak/.test(line.name));
        return found.map((line) => ({ from: scale.of(line.vacuum), to: scale.of(line.vacuum_end), name: line.called, kind: "band", weight: line.weight }));
    }

    /* ---------------------------------------------------------------- the field of the shift, the menu of the families */

    function drawField() {
        const place = label.byId("label-velocity");
        if (!place || place.firstChild) return;
        const input = el("input", { type: "text", inputmode: "decimal", id: "label-shift", class: "label-shift", value: "0", autocomplete: "off", "aria-label": "Radial velocity of the lines" });
        const unit = el("button", { type: "button", class: "label-shift-unit", "data-command": "shiftunit", title: "Radial velocity or redshift" }, "km/s");
        const pin = el("button", { type: "button", class: "label-shift-pin", "data-command": "pin", "aria-pressed": "false", title: "Keep shift, smoothing and zoom for the next spectrum" }, label.icon("pin"), el("span", { class: "visually-hidden" }, "Keep shift, smoothing and zoom for the next spectrum"));
        place.append(el("span", { class: "label-shift-box" }, el("span", { class: "label-shift-name", id: "label-shift-name" }, "RV"), input, unit, pin));
        input.addEventListener("change", () => set(read(input.value)));
        input.addEventListener("keydown", function (event) {
            const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
            if (event.key === "Enter") input.blur();
            if (!step) return;
            event.preventDefault();
            set((read(input.value) || 0) + step * (event.shiftKey ? 10 : 1) * (label.view.shiftUnit === "z" ? 0.0001 : 1));
        });
    }

    const read = (text) => Number.parseFloat(text.replace("−", "-").replace(",", ".").replace(/\s/g, ""));

    function set(value) {
        const most = label.view.shiftUnit === "z" ? 10 : 0.9 * C;
        const least = label.view.shiftUnit === "z" ? -0.9 : -0.9 * C;
        label.view.shift = Number.isFinite(value) ? Math.min(Math.max(value, least), most) : 0;
        label.emit("view", { name: "shift" });
    }

    function showField() {
        const input = label.byId("label-shift");
        if (!input) return;
        const isZ = label.view.shiftUnit === "z";
        const { shift } = label.view;
        const text = isZ ? label.signed(shift, shift ? 5 : 0) : label.signed(shift, Number.isInteger(shift) ? 0 : 1);
        if (document.activeElement !== input || read(input.value) !== shift) input.value = text;
        input.setAttribute("aria-label", isZ ? "Redshift of the lines" : "Radial velocity of the lines, km/s");
        label.text("label-shift-name", isZ ? "z" : "RV");
        const unit = document.querySelector(".label-shift-unit");
        unit.textContent = isZ ? "to km/s" : "km/s";
        document.querySelector(".label-shift-pin").setAttribute("aria-pressed", String(label.view.pinned));
    }

    function drawMenu() {
        const place = label.byId("label-families");
        if (!place || !families.length) return;
        const rows = families.map(function (family) {
            const input = el("input", { type: "checkbox", class: "form-check-input", checked: isShown(family) });
            input.addEventListener("change", function () {
                const names = families.filter((one) => (one === family ? input.checked : isShown(one))).map((one) => one.family);
                chosen = names;
                label.remember("families", names);
                label.emit("view", { name: "families" });
            });
            return el("label", { class: "menu-item label-family" }, input, el("span", {}, family.name), el("span", { class: `legend-dash dash-${family.dash}` }));
        });
        const summary = el("summary", { class: "menu-button", title: "Which lines" }, label.icon("chevron-down"), el("span", { class: "visually-hidden" }, "Which lines"));
        const note = el("p", { class: "menu-note" }, "Vacuum wavelengths. Sources: NIST, SDSS, textbooks. Drag a line to shift all; click it to center the velocity on it.");
        place.replaceChildren(el("details", { class: "menu menu-end label-lines-menu" }, summary, el("div", { class: "menu-list" }, ...rows, note)));
    }

    Object.assign(label.commands, {
        shiftunit() {
            const ratio = factor();
            label.view.shiftUnit = label.view.shiftUnit === "z" ? "km/s" : "z";
            label.view.shift = shiftOf(ratio);
            label.emit("view", { name: "shift" });
        },
        pin() {
            label.view.pinned = !label.view.pinned;
            label.emit("view", { name: "pin" });
        },
    });

    /* Name, rest wavelength and where it comes from. */
    function tell({ line }) {
        const air = line.air ? `, air ${line.air.toFixed(2)}` : "";
        const source = line.source ? `  ${line.source.replace(/, compared$/, "")}` : "";
        return `${line.name || line.short}  ${line.vacuum.toFixed(2)} Å vacuum${air}${source}`;
    }

    label.lines = { tell, marks, bands, focus, factor, shiftOf, scale, set };
    label.on("queue", () => (drawField(), drawMenu(), load()));
    label.on("view", showField);
    label.on("show", showField);
})();
