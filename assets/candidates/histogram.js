/* A histogram with limits that are dragged, or moved by arrow keys; drawn as SVG, so CSS colors it.

   new candidates.Histogram(host, {isSmall, margins, onChange(low, high), onLog}).draw({
     edges, counts, all, low, high, has: {low, high}, isLog, xTitle, yTitle, name, step, sentence
   })
   counts lie within the limits' field alone; low and high are the limits, null where there is none; `has` says which
   handles there are. onChange is called when a handle is let go. */
(function () {
    "use strict";
    const candidates = window.spectrolabe.candidates;
    const { svg, el } = candidates;

    class Histogram {
        constructor(host, options) {
            this.host = host;
            this.options = options;
            this.margins = { left: 54, right: 14, top: 10, bottom: 40, ...options.margins };
            this.picture = svg("svg", { class: "histogram", role: "group" });
            this.bars = svg("g", { role: "img" });
            this.axes = svg("g");
            this.front = svg("g");
            this.picture.append(this.axes, this.bars, this.front);
            this.tip = el("div", { class: "histogram-tip", hidden: true });
            host.replaceChildren(this.picture, this.tip);
            this.handles = {};
            this.observer = new ResizeObserver(() => this.model && this.redraw());
            this.observer.observe(host);
            host.addEventListener("pointermove", (event) => this.hover(event));
            host.addEventListener("pointerleave", () => (this.tip.hidden = true));
        }

        draw(model) {
            this.model = model;
            this.now = { low: model.low, high: model.high };
            this.redraw();
        }

        get size() {
            const { left, right, top, bottom } = this.margins;
            return { width: Math.max(this.host.clientWidth - left - right, 10), height: Math.max(this.host.clientHeight - top - bottom, 10) };
        }

        get ends() {
            const { edges } = this.model;
            return [edges[0], edges[edges.length - 1]];
        }

        toX(value) {
            const [from, to] = this.ends;
            return (Math.min(Math.max((value - from) / (to - from || 1), 0), 1)) * this.size.width;
        }

        fromX(px) {
            const [from, to] = this.ends;
            return from + (Math.min(Math.max(px, 0), this.size.width) / this.size.width) * (to - from);
        }

        toY(count) {
            const { height } = this.size;
            const most = Math.max(...this.model.counts, 1);
            if (!this.model.isLog) return height * (1 - (count / most) * 0.97);
            if (count <= 0) return height;
            const least = Math.log10(0.5);
            return height * (1 - ((Math.log10(count) - least) / (Math.log10(Math.max(most, 2)) - least)) * 0.97);
        }

        redraw() {
            if (!this.model || !this.host.clientWidth) return;
            const { left, top } = this.margins;
            const { clientWidth: width, clientHeight: height } = this.host;
            this.picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
            this.bars.setAttribute("aria-label", this.model.sentence);
            this.picture.setAttribute("aria-label", this.model.name);
            [this.bars, this.axes, this.front].forEach((part) => part.setAttribute("transform", `translate(${left} ${top})`));
            this.drawBars();
            this.drawAxes();
            this.drawHandles();
        }

        isIn(k) {
            const { edges } = this.model;
            const middle = (edges[k] + edges[k + 1]) / 2;
            return (this.now.low === null || middle >= this.now.low) && (this.now.high === null || middle <= this.now.high);
        }

        drawBars() {
            const { edges, counts } = this.model;
            const { height } = this.size;
            const gap = this.size.width / counts.length > 4 ? 1 : 0;
            const parts = counts.map((count, k) => {
                const x = this.toX(edges[k]);
                const y = this.toY(count);
                if (count <= 0) return null;
                return svg("rect", { class: this.isIn(k) ? "bar" : "bar bar-out", x: x.toFixed(1), y: Math.min(y, height - 1).toFixed(1), width: Math.max(this.toX(edges[k + 1]) - x - gap, 0.7).toFixed(1), height: Math.max(height - y, 1).toFixed(1) });
            });
            this.bars.replaceChildren(...parts.filter(Boolean));
        }

        drawAxes() {
            const { width, height } = this.size;
            const parts = [svg("path", { class: "axis", d: this.options.isSmall ? `M0 ${height}H${width}` : `M0 0V${height}H${width}` })];
            if (!this.options.isSmall) parts.push(...this.ticks());
            this.axes.replaceChildren(...parts);
        }

        ticks() {
            const { width, height } = this.size;
            const { paths } = window.spectrolabe.label;
            const [from, to] = this.ends;
            const { xTitle, yTitle, isLog, isTime } = this.model;
            const parts = [];
            const text = (at, y, words, more) => svg("text", { class: "tick", x: at, y, ...more }, words);
            const x = paths.ticks(from, to, width / (isTime ? 110 : 84));
            x.values.forEach((value) => {
                const at = this.toX(value).toFixed(1);
                const words = isTime ? new Date(value).toISOString().slice(0, 10) : paths.tickText(value, x.step);
                parts.push(svg("path", { class: "axis", d: `M${at} ${height}v4` }), text(at, height + 17, words, { "text-anchor": "middle" }));
            });
            const most = Math.max(...this.model.counts, 1);
            const values = isLog ? [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7].filter((value) => value <= most * 1.01) : paths.ticks(0, most, height / 40).values.filter(Number.isInteger);
            values.forEach((value) => {
                const at = this.toY(value);
                const words = value >= 1e6 ? `${value / 1e6}M` : value >= 1000 ? `${value / 1000}k` : String(value);
                parts.push(svg("path", { class: "grid-line", d: `M0 ${at.toFixed(1)}H${width}` }), svg("path", { class: "axis", d: `M0 ${at.toFixed(1)}h-4` }), text(-8, (at + 4).toFixed(1), words, { "text-anchor": "end" }));
            });
            parts.push(text(width / 2, height + 34, xTitle, { "text-anchor": "middle", class: "axis-title" }));
            parts.push(svg("text", { class: "axis-title", transform: `translate(${-this.margins.left + 12} ${height / 2}) rotate(-90)`, "text-anchor": "middle" }, yTitle || "Spectra"));
            return parts;
        }

        /* ------------------------------------------------------------ limits */

        drawHandles() {
            const { height } = this.size;
            ["low", "high"].forEach((end) => {
                const isThere = this.model.has[end];
                if (!isThere) {
                    if (this.handles[end]) this.handles[end].remove();
                    delete this.handles[end];
                    return;
                }
                const handle = this.handles[end] || this.makeHandle(end);
                const value = this.valueOf(end);
                const at = this.toX(value);
                const isSet = this.now[end] !== null;
                handle.setAttribute("class", `histogram-handle ${isSet ? "" : "is-open"}`);
                handle.querySelector("path").setAttribute("d", `M${at.toFixed(1)} 0V${height}`);
                const grip = handle.querySelector("circle");
                grip.setAttribute("cx", at.toFixed(1));
                grip.setAttribute("cy", this.options.isSmall ? height + 5 : 0);
                handle.querySelector("rect").setAttribute("x", (at - 9).toFixed(1));
                handle.querySelector("rect").setAttribute("height", height + 14);
                handle.setAttribute("aria-label", `${this.model.name}, ${end === "low" ? "at least" : "at most"}`);
                const [from, to] = this.ends;
                handle.setAttribute("aria-valuemin", from);
                handle.setAttribute("aria-valuemax", to);
                handle.setAttribute("aria-valuenow", value);
                handle.setAttribute("aria-valuetext", isSet ? this.words(value) : "no limit");
                if (!handle.isConnected) this.front.append(handle); // moved within the document it would lose the pointer
            });
        }

        words(value) {
            return this.model.isTime ? new Date(value).toISOString().slice(0, 10) : candidates.short(value);
        }

        valueOf(end) {
            return this.now[end] !== null ? this.now[end] : this.ends[end === "low" ? 0 : 1];
        }

        makeHandle(end) {
            const made = svg("g", { role: "slider", tabindex: "0" }, svg("rect", { width: 18, y: -6, class: "histogram-grip" }), svg("path"), svg("circle", { r: 4 }));
            this.handles[end] = made;
            made.addEventListener("pointerdown", (event) => this.grab(event, end));
            made.addEventListener("keydown", (event) => this.nudge(event, end));
            made.addEventListener("blur", () => this.let(end));
            return made;
        }

        grab(event, end) {
            event.preventDefault();
            const handle = this.handles[end];
            handle.focus();
            handle.setPointerCapture(event.pointerId);
            const move = (moved) => this.set(end, this.fromX(moved.clientX - this.host.getBoundingClientRect().left - this.margins.left));
            const done = () => {
                handle.removeEventListener("pointermove", move);
                handle.removeEventListener("pointerup", done);
                handle.removeEventListener("pointercancel", done);
                this.let(end);
            };
            handle.addEventListener("pointermove", move);
            handle.addEventListener("pointerup", done);
            handle.addEventListener("pointercancel", done);
        }

        nudge(event, end) {
            const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 }[event.key];
            const [from, to] = this.ends;
            if (event.key === "Enter") return this.let(end);
            if (event.key === "Home" || event.key === "End") this.set(end, event.key === "Home" ? from : to);
            else if (steps) this.set(end, this.valueOf(end) + steps * this.model.step);
            else return undefined;
            event.preventDefault();
            clearTimeout(this.waiting);
            this.waiting = setTimeout(() => this.let(end), 500);
            return undefined;
        }

        set(end, wanted) {
            const [from, to] = this.ends;
            const { step } = this.model;
            let value = Math.min(Math.max(Math.round(wanted / step) * step, from), to);
            value = Number(value.toPrecision(10));
            if (end === "low" && this.now.high !== null) value = Math.min(value, this.now.high);
            if (end === "high" && this.now.low !== null) value = Math.max(value, this.now.low);
            const isAtEnd = end === "low" ? value <= from : value >= to;
            this.now[end] = isAtEnd ? null : value;
            this.isMoved = true;
            this.drawBars();
            this.drawHandles();
            if (this.options.onMove) this.options.onMove(this.now.low, this.now.high);
        }

        let() {
            clearTimeout(this.waiting);
            if (!this.isMoved) return;
            this.isMoved = false;
            this.options.onChange(this.now.low, this.now.high);
        }

        hover(event) {
            if (!this.model || this.options.isSmall || event.buttons) return;
            const px = event.clientX - this.host.getBoundingClientRect().left - this.margins.left;
            const { edges, counts } = this.model;
            const k = Math.floor((px / this.size.width) * counts.length);
            if (px < 0 || k >= counts.length) return void (this.tip.hidden = true);
            this.tip.textContent = `${this.words(edges[k])} to ${this.words(edges[k + 1])}   ${candidates.several(counts[k], "spectrum", "spectra")}`;
            this.tip.hidden = false;
            this.tip.style.left = `${Math.min(Math.max(px + this.margins.left - 70, 4), this.host.clientWidth - 200)}px`;
            return undefined;
        }

        destroy() {
            this.observer.disconnect();
            this.host.replaceChildren();
        }
    }

    candidates.Histogram = Histogram;

    /* A step that a person would choose for so many steps between two values. */
    candidates.stepOf = function (low, high, n) {
        const rough = (high - low) / (n || 100) || 1;
        const power = 10 ** Math.floor(Math.log10(rough));
        return [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough * 0.99);
    };
})();
