/* The switches of the view: what is remembered in this browser, and what ends with the spectrum. */
(function () {
    "use strict";
    const label = window.spectrolabe.label;
    const KEPT = { guess: true, means: true, nearest: false, last: false, epochs: false, lines: true, full: true, layout: "stacked", unit: "angstrom", width: 5, several: 6 };
    const PASSING = { smooth: "none", shift: 0, shiftUnit: "km/s", focus: null };

    function read() {
        const found = label.remembered("view", {});
        return { ...KEPT, ...Object.fromEntries(Object.entries(found).filter(([name]) => name in KEPT)) };
    }

    label.view = { ...read(), ...PASSING, pinned: false };

    const write = () => label.remember("view", Object.fromEntries(Object.keys(KEPT).map((name) => [name, label.view[name]])));

    label.view.described = function () {
        const { guess, means, nearest, last, full, layout, smooth, width, shift, shiftUnit, unit, lines } = label.view;
        return { guess, means, nearest, previous: last, full, layout, smoothing: smooth === "none" ? null : `${smooth} ${width}`, shift, shift_unit: shiftUnit, unit, lines };
    };

    label.view.set = function (name, value) {
        label.view[name] = value;
        if (name in KEPT) write();
        label.emit("view", { name, value });
    };

    ["guess", "means", "nearest", "last", "epochs", "lines", "full"].forEach(function (name) {
        label.commands[name] = () => label.view.set(name, !label.view[name]);
    });
    const LAYOUTS = ["stacked", "beside", "several"];
    const SMOOTHING = ["none", "gauss", "box"];
    const after = (list, value) => list[(list.indexOf(value) + 1) % list.length];
    Object.assign(label.commands, {
        layout: (value) => label.view.set("layout", value || after(LAYOUTS, label.view.layout)),
        tools: (name) => label.byId(`label-${name}-card`).classList.toggle("shows-tools"),
        smooth: (value) => label.view.set("smooth", value || after(SMOOTHING, label.view.smooth)),
        unit: (value) => label.view.set("unit", value || after(["angstrom", "nm", "velocity"], label.view.unit)),
        order: (value) => label.setOrder(value),
        confidence(value) {
            const { state } = label;
            const number = Number(value);
            state.confidence = state.confidence === number ? null : number;
            label.emit("view", { name: "confidence", value: state.confidence });
        },
    });

    /* Nothing of a spectrum leaks into the next one, unless it is pinned. */
    label.on("leave", function () {
        if (!label.view.pinned) Object.assign(label.view, PASSING, { shiftUnit: label.view.shiftUnit });
    });

    function paint() {
        if (!label.isOpen()) return;
        document.querySelectorAll("#label-page .label-pill[data-command]").forEach(function (pill) {
            const value = label.view[pill.dataset.command];
            if (typeof value === "boolean") pill.setAttribute("aria-pressed", String(value));
        });
        ["layout", "smooth", "unit"].forEach(function (name) {
            const group = label.byId(`label-${name}`);
            if (!group) return;
            [...group.children].forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.command === `${name}:${label.view[name]}`)));
        });
        const plots = label.byId("label-plots");
        plots.dataset.layout = label.view.layout;
        plots.dataset.full = label.view.full ? "on" : "off";
        guessSwitch();
    }

    function guessSwitch() {
        const control = label.byId("label-guess-switch");
        const { current } = label.state;
        const isBlind = Boolean(current && current.is_blind);
        const isShown = label.view.guess && !isBlind;
        control.querySelector(".label-word").textContent = isBlind ? "Blind" : isShown ? "Guess shown" : "Guess hidden";
        control.firstChild.replaceWith(label.icon(isShown ? "eye" : "eye-off"));
        control.setAttribute("aria-pressed", String(isShown));
        control.hidden = !label.state.queue || !Number.isInteger(label.state.queue.guess_iteration);
        control.title = isBlind ? "The random sample is labeled blind" : "Show or hide the network’s guess";
    }

    label.on("end", guessSwitch);
    label.on("start", paint);
    label.on("show", () => (guessSwitch(), smoothingOnly()));
    label.on("view", paint);
    label.on("queue", paint);

    const smoothingOnly = () => {
        const group = label.byId("label-smooth");
        if (group) [...group.children].forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.command === `smooth:${label.view.smooth}`)));
    };
})();
