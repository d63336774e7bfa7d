/* The window: what the network sees, with its uncertainty, and what is laid over it. */
(function () {
    "use strict";
    const label = window.spectrolabe.label;

    const converted = new Map();
    function gridOf(scale) {
        const { grid } = label.state.queue.window;
        const key = `${label.view.unit} ${label.lines.focus(true).vacuum}`;
        const known = converted.get(key);
        if (known && known.grid === grid) return known.x;
        const x = Float64Array.from(grid, scale.of);
        converted.set(key, { grid, x });
        return x;
    }

    function drawWindow(chart, data) {
        const { queue, current } = label.state;
        const scale = label.lines.scale(true);
        const x = gridOf(scale);
        const { flux, sigma, band, extent, masked } = data.window;
        const [low, high] = queue.window.y_range;
        const y0 = Math.min(low, extent[0] - 0.04 * (high - low));
        const y1 = Math.max(high, extent[1] + 0.04 * (high - low));
        label.text("label-window-subtitle", band ? "what the network sees" : "what the network sees; no errors known");
        const lines = label.overlays.lines(current).map((one) => ({ ...one, x }));
        const isNamed = lines.length > 0;
        lines.push({ x, y: flux, kind: "trace", text: isNamed ? `this spectrum${band ? ", ±1σ" : ""}` : "" });
        chart.draw({
            key: label.view.pinned ? "pinned" : `${current.key} ${label.view.unit}`,
            home: { x0: x[0], x1: x[x.length - 1], y0: extent[0] < low ? y0 : low, y1: extent[1] > high ? y1 : high },
            xTitle: scale.title(),
            yTitle: `Flux (${scalingName(queue.window.scaling)})`,
            lines,
            band: band && { x, ...band },
            masked: masked.map(([from, to]) => [scale.of(from), scale.of(to)]),
            marks: label.lines.marks(scale, true),
            regions: [],
            note: "",
            sentence: sentenceOf(data, flux, queue.window.grid),
            read: (k, at, value) => label.reading(scale, at, value, sigma && sigma[k]),
            onShift: (mark, at, isDone) => label.shifted(mark, scale.back(at), isDone),
            onFocus: (mark) => label.view.set("focus", mark.line.vacuum),
            tell: label.lines.tell,
        });
    }

    const NAMES = { zscore: "z-score", "z-score": "z-score", minmax: "scaled to −1 … 1", none: "relative" };
    const scalingName = (name) => NAMES[name] || name || "relative";

    function windowName() {
        const line = label.lines.focus(true);
        return label.state.queue.window.line ? `${line.short === "Hα" || !label.view.focus ? "Hα" : line.short} window` : "Window";
    }

    function sentenceOf(data, flux, grid) {
        let peak = 0;
        let dip = 0;
        flux.forEach((value, k) => {
            if (value > flux[peak]) peak = k;
            if (value < flux[dip]) dip = k;
        });
        const isEmission = Math.abs(flux[peak]) >= Math.abs(flux[dip]);
        const at = isEmission ? peak : dip;
        return `${windowName()}, ${isEmission ? "emission, peak" : "absorption, depth"} ${label.decimal(flux[at], 1)} at ${label.decimal(grid[at], 1)} Å`;
    }

    label.drawWindow = drawWindow;
})();
