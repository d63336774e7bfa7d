/* The two plots of a spectrum: the window as the network sees it, and the full range as it was observed. */
(function () {
    "use strict";
    const label = window.spectrolabe.label;
    const { byId } = label;
    const DASHES = ["dash-dot", "dash-dash", "dash-dashdot", "dash-longdash"];
    const overlays = new Map();
    let charts = null;
    let previous = null; // {id, name, flux} of the spectrum shown before
    let shownId = null;
    let shownItem = null;
    let epoch = null;

    function open() {
        const at = (name) => new label.Chart(byId(`label-${name}-chart`), { name });
        charts = { window: at("window"), full: at("full") };
        label.charts = charts;
    }

    function close() {
        if (charts) Object.values(charts).forEach((chart) => chart.destroy());
        charts = label.charts = null;
        overlays.clear();
        previous = shownId = shownItem = epoch = null;
    }

    const dataNow = () => label.state.current && label.spectra.peek(label.state.current);

    function draw() {
        const data = dataNow();
        if (!charts || !data || !label.state.queue.window) return;
        drawWindow(data);
        if (label.view.full) drawFull(data);
    }

    /* ---------------------------------------------------------------- window */

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

    function classLines(id, kind) {
        const found = overlays.get(id);
        if (!found) return [];
        return (kind === "mean" ? found.means : found.nearest).map(function (one) {
            const k = label.state.classes.findIndex((other) => other.class_id === one.class_id);
            const of = label.state.classes[k] || { name: "?", row: 1 };
            const text = kind === "mean" ? `mean of ${of.name} (n = ${label.count(one.n)})` : `nearest ${of.name}: ${label.shortId(one.id)}`;
            return { y: one.flux, kind, row: of.row, dash: kind === "mean" ? DASHES[k % DASHES.length] : "", text };
        });
    }

    function overlayLines(item) {
        const { view } = label;
        const last = lastOverlays(item.id);
        return [
            ...(view.means ? classLines(last, "mean") : []),
            ...(view.nearest ? classLines(overlays.has(item.id) ? item.id : null, "nearest") : []),
            ...(view.last && previous ? [{ y: previous.flux, kind: "last", text: `before: ${label.shortId(previous.name)}` }] : []),
            ...(view.epochs && epoch && epoch.of === item.id ? epoch.lines : []),
        ];
    }

    /* Class means hardly change from one spectrum to the next: the latest known ones stand until its own are there. */
    let latest = null;
    const lastOverlays = (id) => (overlays.has(id) ? id : latest);

    function drawWindow(data) {
        const { queue, current } = label.state;
        const scale = label.lines.scale(true);
        const x = gridOf(scale);
        const { flux, sigma, band, extent, masked } = data.window;
        const [low, high] = queue.window.y_range;
        const y0 = Math.min(low, extent[0] - 0.04 * (high - low));
        const y1 = Math.max(high, extent[1] + 0.04 * (high - low));
        label.text("label-window-subtitle", band ? "what the network sees" : "what the network sees; no errors known");
        const lines = overlayLines(current).map((one) => ({ ...one, x }));
        const isNamed = lines.length > 0;
        lines.push({ x, y: flux, kind: "trace", text: isNamed ? `this spectrum${band ? ", ±1σ" : ""}` : "" });
        charts.window.draw({
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
            read: (k, at, value) => reading(scale, at, value, sigma && sigma[k]),
            onShift: (mark, at, isDone) => shifted(mark, scale.back(at), isDone),
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

    function reading(scale, at, value, sigma) {
        const where = `${label.decimal(at, scale.digits)} ${scale.unit}`;
        if (value === null) return `${where}   masked`;
        const size = Math.abs(value) >= 1000 ? 0 : Math.abs(value) >= 100 ? 1 : Math.abs(value) < 0.01 && value !== 0 ? 5 : 2;
        const error = Number.isFinite(sigma) ? ` ±${sigma < 0.01 ? sigma.toPrecision(1) : label.decimal(sigma, size)}` : "";
        return `${where}   ${label.decimal(value, size)}${error}`;
    }

    function shifted(mark, wavelength, isDone) {
        const rest = mark.line.vacuum;
        label.view.shift = label.lines.shiftOf(wavelength / rest);
        if (isDone && Math.abs(wavelength / (rest * label.lines.factor()) - 1) < 1e-9) return;
        label.emit("view", { name: "shift" });
    }

    /* ---------------------------------------------------------------- full range */

    function drawFull(data) {
        const { full } = data;
        const { current, queue } = label.state;
        const place = byId("label-full-chart");
        const isMissing = !full || Boolean(full.error);
        place.classList.toggle("is-missing", isMissing);
        byId("label-plots").classList.toggle("has-no-original", isMissing);
        if (!full || full.error) return missing(full ? full.error : "There is no original of this spectrum.");
        const scale = label.lines.scale();
        const isVelocity = label.view.unit === "velocity";
        const x = label.view.unit === "angstrom" ? full.wavelength : Float64Array.from(full.wavelength, scale.of);
        const power = powerOf(full.range);
        const y = power ? full.flux.map((value) => value / 10 ** power) : full.flux;
        label.smoothing.offer(Boolean(full.sigma));
        const smooth = smoothed(y, full);
        const lines = smooth ? [{ x, y, kind: "raw", text: "as observed" }, { x, y: smooth, kind: "full", text: smoothText() }] : [{ x, y, kind: "full" }];
        const ends = [x[0], x[x.length - 1]];
        const grid = queue.window.grid;
        const stripe = { from: scale.of(grid[0]), to: scale.of(grid[grid.length - 1]), kind: "window" };
        const unit = power ? `10${superscript(power)} ${full.unit}` : full.unit;
        const home = { x0: isVelocity ? Math.max(ends[0], -6000) : ends[0], x1: isVelocity ? Math.min(ends[1], 6000) : ends[1], y0: full.range[0] / 10 ** power, y1: full.range[1] / 10 ** power };
        const scaledBand = full.band && power ? { low: full.band.low.map((v) => v / 10 ** power), high: full.band.high.map((v) => v / 10 ** power) } : full.band;
        const media = full.file_medium && full.file_medium !== full.medium ? `in ${full.file_medium}, shown in ${full.medium}` : full.medium;
        label.text("label-full-subtitle", `as observed, ${media}`);
        byId("label-full-subtitle").title = `as observed, ${media}`;
        charts.full.note.classList.remove("is-error");
        charts.full.draw({
            key: label.view.pinned ? "pinned" : `${current.key} ${label.view.unit}`,
            home,
            xTitle: scale.title(),
            yTitle: `Flux (${unit})`,
            lines,
            band: scaledBand && { x, ...scaledBand },
            masked: full.masked.map(([from, to]) => [scale.of(from), scale.of(to)]),
            marks: label.lines.marks(scale, false),
            isCrowded: true,
            regions: [stripe, ...label.lines.bands(scale)],
            note: full.is_decimated ? `${label.count(full.wavelength.length)} of ${label.count(full.n_pixels)} points, every extreme kept` : "",
            sentence: `Full range, ${label.decimal(full.wavelength[0], 0)} to ${label.decimal(full.wavelength[full.wavelength.length - 1], 0)} Å, flux up to ${label.decimal(full.range[1] / 10 ** power, 1)} (${unit})`,
            read: (k, at, value) => reading(scale, at, value, full.sigma ? full.sigma[k] / 10 ** power : NaN),
            onShift: (mark, at, isDone) => shifted(mark, scale.back(at), isDone),
            onFocus: (mark) => label.view.set("focus", mark.line.vacuum),
            tell: label.lines.tell,
        });
    }

    function missing(text) {
        charts.full.clear();
        charts.full.note.textContent = text;
        charts.full.note.classList.add("is-error");
        charts.full.svg.setAttribute("aria-label", text);
    }

    function powerOf([low, high]) {
        const most = Math.max(Math.abs(low), Math.abs(high));
        return most > 0 && (most < 0.01 || most >= 1e6) ? Math.floor(Math.log10(most)) : 0;
    }

    const superscript = (number) => String(number).replace(/[-\d]/g, (sign) => (sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[sign]));

    function smoothed(flux, full) {
        const { smooth, width } = label.view;
        if (smooth === "gauss") return label.smoothing.gauss(flux, width);
        return smooth === "box" && full.sigma ? label.smoothing.box(flux, width, full.sigma) : null;
    }

    const smoothText = () => (label.view.smooth === "gauss" ? `Gauss, ${label.view.width} px` : `inverse-variance box, ${label.view.width} px`);

    /* ---------------------------------------------------------------- overlays */

    async function askOverlays(item) {
        const needed = label.view.means || label.view.nearest || window.matchMedia("(min-width: 1700px)").matches;
        if (!needed || overlays.has(item.id) || item.is_blind === undefined) return;
        const { session, queue } = label.state;
        const query = new URLSearchParams({ session, id: item.id });
        if (queue.pool) query.set("pool", queue.pool);
        try {
            const found = await label.ask(`/api/labels/overlays?${query}`);
            if (label.state.session !== session) return;
            overlays.set(item.id, found);
            while (overlays.size > 60) overlays.delete(overlays.keys().next().value);
            latest = item.id;
            label.emit("overlays", { id: item.id, found });
            if (label.state.current === item) draw();
        } catch (error) {
            /* the plot is whole without them; asked again with the next spectrum */
        }
    }

    async function askEpochs(item, data) {
        const others = ((data && data.also) || []).slice(0, 4);
        const pill = byId("label-epochs");
        pill.hidden = !others.length;
        if (!label.view.epochs || !others.length || (epoch && epoch.of === item.id)) return;
        const ids = others.map((one) => one.id);
        await label.spectra.ask(ids);
        const found = ids.map((id) => [id, label.spectra.peek(id)]).filter(([, one]) => one);
        const lines = found.map(([id, one], k) => ({ y: one.window.flux, kind: "epoch", dash: DASHES[k % 4], text: `same star: ${label.shortId(id)}` }));
        epoch = { of: item.id, lines };
        if (label.state.current === item) draw();
    }

    let overlayTimer = null;
    function show({ item, index }) {
        if (!charts) return;
        const before = shownItem && label.spectra.peek(shownItem);
        if (before && shownId !== item.id) {
            const isHidden = shownItem.kind === "random" || label.isRepeat(shownItem);
            previous = { id: shownId, name: isHidden ? shownItem.word.toLowerCase() : shownId, flux: before.window.flux };
        }
        [shownItem, shownId] = [item, item.id];
        if (!label.spectra.peek(item)) {
            Object.values(charts).forEach((chart) => chart.clear());
            waiting(item, index);
        }
        clearTimeout(overlayTimer);
        overlayTimer = setTimeout(() => label.state.current === item && askOverlays(item), overlays.size ? 250 : 0);
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

    function arrived({ id, data }) {
        if (!charts || !label.state.current || label.state.current.id !== id) return;
        byId("label-plots").classList.remove("is-loading");
        draw();
        setTimeout(() => label.state.current && label.state.current.id === id && askEpochs(label.state.current, data), 120);
    }

    label.on("queue", function ({ queue }) {
        if (!charts) open();
        latest = null;
        overlays.clear();
        if (queue.window) byId("label-window-title").textContent = queue.window.line ? "Hα window" : "Window";
    });
    label.on("show", show);
    label.on("spectrum", arrived);
    label.on("view", function ({ name }) {
        if (["means", "nearest"].includes(name) && label.state.current) askOverlays(label.state.current);
        if (name === "epochs" && label.state.current) askEpochs(label.state.current, dataNow());
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
    label.plots = { overlays, draw };
})();
