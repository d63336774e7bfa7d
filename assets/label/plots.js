/* The two plots of a spectrum: the window as the network sees it, and the full range as it was observed. */
(function () {
    "use strict";
    const label = window.spectrolabe.label;
    const { byId } = label;
    let charts = null;

    function open() {
        const at = (name) => new label.Chart(byId(`label-${name}-chart`), { name });
        charts = { window: at("window"), full: at("full") };
        label.charts = charts;
    }

    function close() {
        if (charts) Object.values(charts).forEach((chart) => chart.destroy());
        charts = label.charts = null;
    }

    const dataNow = () => label.state.current && label.spectra.peek(label.state.current);

    function draw() {
        const data = dataNow();
        if (!charts || !data || !label.state.queue.window) return;
        label.drawWindow(charts.window, data);
        if (label.view.full) label.drawFull(charts.full, data);
    }

    /* ---------------------------------------------------------------- what both plots share */

    label.reading = function (scale, at, value, sigma) {
        const where = `${label.decimal(at, scale.digits)} ${scale.unit}`;
        if (value === null) return `${where}   masked`;
        const size = Math.abs(value) >= 1000 ? 0 : Math.abs(value) >= 100 ? 1 : Math.abs(value) < 0.01 && value !== 0 ? 5 : 2;
        const error = Number.isFinite(sigma) ? ` ±${sigma < 0.01 ? sigma.toPrecision(1) : label.decimal(sigma, size)}` : "";
        return `${where}   ${label.decimal(value, size)}${error}`;
    };

    label.shifted = function (mark, wavelength, isDone) {
        const rest = mark.line.vacuum;
        label.view.shift = label.lines.shiftOf(wavelength / rest);
        if (isDone && Math.abs(wavelength / (rest * label.lines.factor()) - 1) < 1e-9) return;
        label.emit("view", { name: "shift" });
    };

    /* ---------------------------------------------------------------- from one spectrum to the next */

    function show({ item }) {
        if (!charts) return;
        if (!label.spectra.peek(item)) {
            Object.values(charts).forEach((chart) => chart.clear());
            waiting(item);
        }
    }

    function waiting(item) {
        setTimeout(() => {
            if (label.state.current === item && !label.spectra.peek(item)) byId("label-plots").classList.add("is-loading");
        }, 150);
        setTimeout(() => {
            if (label.state.current !== item || label.spectra.peek(item) || !charts) return;
            charts.window.note.textContent = "Reading the spectrum…";
        }, 3000);
    }

    function arrived({ id }) {
        if (!charts || !label.state.current || label.state.current.id !== id) return;
        byId("label-plots").classList.remove("is-loading");
        draw();
    }

    label.on("queue", function ({ queue }) {
        if (!charts) open();
        if (queue.window) byId("label-window-title").textContent = queue.window.line ? "Hα window" : "Window";
    });
    label.on("show", show);
    label.on("spectrum", arrived);
    label.on("view", function ({ name }) {
        if (["layout", "full"].includes(name) && charts) Object.values(charts).forEach((chart) => chart.measure());
        if (name !== "confidence" && name !== "guess") draw();
    });
    label.on("unavailable", function ({ error }) {
        if (!charts) return;
        byId("label-plots").classList.remove("is-loading");
        charts.window.note.textContent = `${error.message} It is asked for again.`;
    });
    label.on("stop", close);
    label.commands.reset = () => charts && Object.values(charts).forEach((chart) => chart.model && chart.zoom(null));
    label.plots = { draw };
})();
