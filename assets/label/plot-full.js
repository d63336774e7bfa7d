/* The full range: the file as it was observed, smoothed for the eye alone. */
(function () {
    "use strict";
    const label = window.spectrolabe.label;
    const { byId } = label;

    function drawFull(chart, data) {
        const { full } = data;
        const { current, queue } = label.state;
        const place = byId("label-full-chart");
        const isMissing = !full || Boolean(full.error);
        place.classList.toggle("is-missing", isMissing);
        byId("label-plots").classList.toggle("has-no-original", isMissing);
        if (!full || full.error) return missing(chart, full ? full.error : "There is no original of this spectrum.");
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
        chart.note.classList.remove("is-error");
        chart.draw({
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
            read: (k, at, value) => label.reading(scale, at, value, full.sigma ? full.sigma[k] / 10 ** power : NaN),
            onShift: (mark, at, isDone) => label.shifted(mark, scale.back(at), isDone),
            onFocus: (mark) => label.view.set("focus", mark.line.vacuum),
            tell: label.lines.tell,
        });
    }

    function missing(chart, text) {
        chart.clear();
        chart.note.textContent = text;
        chart.note.classList.add("is-error");
        chart.svg.setAttribute("aria-label", text);
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

    label.drawFull = drawFull;
})();
