/* A plot of spectra, drawn as SVG: one path a line, axes only when they change, so that the next spectrum is there within
   a frame. CSS colors it, so it follows the theme by itself. Zoom, pan and hover stand in chart-gestures.js.

   new label.Chart(host, {name, margins}).draw({
     key, home: {x0, x1, y0, y1}, xTitle, yTitle, unit, digits,
     lines: [{x, y, kind, row, dash, text}], kind: trace raw mean nearest last epoch; the trace is what hover reads,
     band: {x, low, high}, sigma, masked: [[from, to]], regions: [{from, to, name, kind}],
     marks: [{x, name, title, dash, weight, isFocus}], note, sentence,
   }) */
(function () {
    "use strict";
    const label = window.spectrolabe.label;
    const { paths } = label;
    const NAMESPACE = "http://www.w3.org/2000/svg";
    const LAYERS = ["regions", "zero", "band", "lines", "marks", "masked", "axes", "names", "spike", "selection"];
    let count = 0;

    function svg(name, attributes) {
        const made = document.createElementNS(NAMESPACE, name);
        Object.entries(attributes || {}).forEach(([key, value]) => made.setAttribute(key, value));
        return made;
    }

    class Chart {
        constructor(host, options) {
            this.host = host;
            this.name = options.name;
            this.margins = { left: 56, right: 16, top: 12, bottom: 42, ...options.margins };
            this.isSmall = Boolean(options.isSmall);
            this.view = null;
            this.pool = [];
            this.axesOf = "";
            this.build();
            this.observer = new ResizeObserver(() => this.measure() && this.redraw());
            this.observer.observe(host);
            this.measure();
            if (label.gestures && !this.isSmall) label.gestures(this);
        }

        build() {
            const clip = `label-clip-${(count += 1)}`;
            this.svg = svg("svg", { class: `spectrum spectrum-${this.name}`, role: "img" });
            const definitions = svg("defs");
            const path = svg("clipPath", { id: clip });
            path.append((this.clip = svg("rect")));
            definitions.append(path);
            this.svg.append(definitions);
            this.inside = svg("g");
            this.svg.append(this.inside);
            LAYERS.forEach((layer) => {
                this[layer] = svg("g", { class: `layer-${layer}` });
                if (!["axes", "names", "masked"].includes(layer)) this[layer].setAttribute("clip-path", `url(#${clip})`);
                this.inside.append(this[layer]);
            });
            this.bandPath = svg("path", { class: "spectrum-band" });
            this.band.append(this.bandPath);
            this.host.replaceChildren(this.svg);
            this.legend = label.el("div", { class: "spectrum-legend" });
            this.note = label.el("div", { class: "spectrum-note" });
            this.host.append(this.legend, this.note);
        }

        measure() {
            const width = this.host.clientWidth;
            const height = this.host.clientHeight;
            if (width === this.width && height === this.height) return false;
            this.width = width;
            this.height = height;
            const { left, right, top, bottom } = this.margins;
            this.size = { width: Math.max(width - left - right, 10), height: Math.max(height - top - bottom, 10) };
            this.svg.setAttribute("width", width);
            this.svg.setAttribute("height", height);
            this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
            this.inside.setAttribute("transform", `translate(${left} ${top})`);
            this.clip.setAttribute("width", this.size.width);
            this.clip.setAttribute("height", this.size.height);
            this.axesOf = "";
            return width > 0 && height > 0;
        }

        /* Another spectrum begins at its whole range; the same one keeps its zoom. */
        draw(model) {
            if (!this.model || this.model.key !== model.key) this.view = null;
            this.model = model;
            if (this.width && this.height) this.redraw();
        }

        clear() {
            this.model = null;
            this.view = null;
            this.axesOf = "";
            ["regions", "zero", "marks", "masked", "axes", "names", "spike"].forEach((layer) => this[layer].replaceChildren());
            this.pool.forEach((path) => path.setAttribute("d", ""));
            this.bandPath.setAttribute("d", "");
            this.legend.replaceChildren();
            this.note.textContent = "";
        }

        get shown() {
            return this.view || this.model.home;
        }

        toX(value) {
            return ((value - this.shown.x0) / (this.shown.x1 - this.shown.x0)) * this.size.width;
        }

        toY(value) {
            return ((this.shown.y1 - value) / (this.shown.y1 - this.shown.y0)) * this.size.height;
        }

        fromX(px) {
            return this.shown.x0 + (px / this.size.width) * (this.shown.x1 - this.shown.x0);
        }

        fromY(px) {
            return this.shown.y1 - (px / this.size.height) * (this.shown.y1 - this.shown.y0);
        }

        zoom(view) {
            this.view = view;
            this.redraw();
            this.host.classList.toggle("is-zoomed", Boolean(view));
        }

        redraw() {
            const { model } = this;
            if (!model) return;
            this.drawLines(model);
            this.drawRegions(model);
            this.drawMarks(model);
            this.drawAxes(model);
            this.drawLegend(model);
            this.host.classList.toggle("is-zoomed", Boolean(this.view));
            if (this.svg.getAttribute("aria-label") !== model.sentence) this.svg.setAttribute("aria-label", model.sentence);
        }

        drawLines({ lines, band }) {
            while (this.pool.length < lines.length) {
                this.pool.push(svg("path"));
                this.lines.append(this.pool[this.pool.length - 1]);
            }
            this.pool.forEach((path, k) => {
                const one = lines[k];
                path.setAttribute("d", one ? paths.line(one.x, one.y, this.shown, this.size) : "");
                if (one) path.setAttribute("class", `line-${one.kind} ${one.row ? `class-${one.row}` : ""} ${one.dash || ""}`);
            });
            this.bandPath.setAttribute("d", band ? paths.band(band.x, band.low, band.high, this.shown, this.size) : "");
        }

        drawRegions({ regions, masked }) {
            const { width, height } = this.size;
            const limit = (value) => Math.min(Math.max(value, 0), width);
            const rects = (regions || []).map(({ from, to, kind }) => {
                const left = limit(this.toX(from));
                const right = limit(this.toX(to));
                return right > left ? `<rect class="region-${kind}" x="${left.toFixed(1)}" y="0" width="${(right - left).toFixed(1)}" height="${height}"/>` : "";
            });
            this.regions.innerHTML = rects.join("");
            const zero = this.toY(0);
            const isIn = zero > 1 && zero < height - 1;
            this.zero.innerHTML = isIn ? `<line class="spectrum-zero" x1="0" x2="${width}" y1="${zero.toFixed(1)}" y2="${zero.toFixed(1)}"/>` : "";
            const ticks = (masked || []).map(([from, to]) => {
                const left = limit(this.toX(from));
                const right = limit(this.toX(to));
                const isSeen = right > 0 && left < width && this.toX(to) >= 0 && this.toX(from) <= width;
                return isSeen ? `<rect class="spectrum-masked" x="${left.toFixed(1)}" y="${height - 3}" width="${Math.max(right - left, 1.5).toFixed(1)}" height="3"/>` : "";
            });
            this.masked.innerHTML = ticks.join("");
        }

        drawMarks({ marks, regions }) {
            const { width, height } = this.size;
            const all = (marks || []).map((mark) => ({ ...mark, at: this.toX(mark.x) })).filter((mark) => mark.at >= 0 && mark.at <= width);
            const named = (regions || [])
                .filter((one) => one.name)
                .map((one) => ({ name: one.name, kind: "region", weight: one.weight || 1, at: this.toX((one.from + one.to) / 2) }));
            const top = this.isSmall ? 0 : 16;
            const room = paths.roomFor([...all, ...named], width);
            // Where lines crowd, those without room for their name wait until one zooms in.
            const lines = this.model.isCrowded ? all.filter((mark) => room.has(mark)) : all;
            this.placed = lines;
            this.marks.innerHTML = lines
                .map((mark) => `<line class="mark ${mark.dash || ""} ${mark.isFocus ? "is-focus" : ""}" x1="${mark.at.toFixed(1)}" x2="${mark.at.toFixed(1)}" y1="${mark.isFocus ? 0 : top}" y2="${height}"/>`)
                .join("");
            this.names.innerHTML = [...room]
                .map((mark) => `<text class="mark-name ${mark.isFocus ? "is-focus" : ""} ${mark.kind || ""}" x="${(mark.isFocus && mark.isLong ? mark.at + 6 : mark.at).toFixed(1)}" y="10" ${mark.isLong ? 'text-anchor="start"' : ""}>${label.escape(mark.name)}</text>`)
                .join("");
        }

        drawAxes(model) {
            const { shown, size } = this;
            const of = [shown.x0, shown.x1, shown.y0, shown.y1, model.xTitle, model.yTitle].join();
            if (of === this.axesOf) return;
            this.axesOf = of;
            const parts = [`<path class="axis" d="M0 0V${size.height}H${size.width}"/>`];
            const x = paths.ticks(shown.x0, shown.x1, this.isSmall ? 3 : size.width / 78, [1, 2, 2.5, 5, 10]);
            x.values.forEach((value) => {
                const at = this.toX(value).toFixed(1);
                parts.push(`<path class="axis" d="M${at} ${size.height}v4"/>`);
                parts.push(`<text class="tick" x="${at}" y="${size.height + 17}" text-anchor="middle">${this.tick(value, x.step, true)}</text>`);
            });
            const y = paths.ticks(shown.y0, shown.y1, this.isSmall ? 4 : Math.max(2, size.height / 48));
            y.values.forEach((value) => {
                const at = this.toY(value);
                parts.push(`<path class="axis" d="M0 ${at.toFixed(1)}h-4"/>`);
                parts.push(`<text class="tick" x="-8" y="${(at + 4).toFixed(1)}" text-anchor="end">${paths.tickText(value, y.step)}</text>`);
            });
            if (!this.isSmall) {
                parts.push(`<text class="axis-title" x="${size.width / 2}" y="${size.height + 34}" text-anchor="middle">${label.escape(model.xTitle)}</text>`);
                parts.push(`<text class="axis-title" transform="translate(-42 ${size.height / 2}) rotate(-90)" text-anchor="middle">${label.escape(model.yTitle)}</text>`);
            }
            this.axes.innerHTML = parts.join("");
        }

        tick(value, step, isX) {
            return isX ? value.toFixed(paths.digits(step)).replace("-", "−") : paths.tickText(value, step);
        }

        drawLegend(model) {
            const named = model.lines.filter((one) => one.text);
            const of = named.map((one) => one.text + one.kind + (one.row || "") + (one.dash || "")).join();
            if (of !== this.legendOf) {
                this.legendOf = of;
                this.legend.replaceChildren(
                    ...named.map((one) =>
                        label.el("div", { class: `legend-line legend-${one.kind} ${one.row ? `class-${one.row}` : ""}` }, label.el("span", { class: `legend-dash ${one.dash || ""}` }), one.text),
                    ),
                );
            }
            if (this.note.textContent !== (model.note || "")) this.note.textContent = model.note || "";
        }

        destroy() {
            this.observer.disconnect();
            if (this.release) this.release();
            this.host.replaceChildren();
        }
    }

    label.Chart = Chart;
    label.svg = svg;
})();
