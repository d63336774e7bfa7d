/* What a hand does to a plot: drag zooms, Shift and drag or the middle button pan, the wheel zooms at the pointer, a
   double click resets; a spectral line is taken and dragged to shift the lines; hover reads the values. Two fingers
   stand in chart-touch.js. */
(function () {
    "use strict";
    const label = window.spectrolabe.label;
    const { el } = label;
    const LEAST_PX = 6;
    const GRIP_PX = 5;

    label.gestures = function (chart) {
        const { host } = chart;
        const tip = el("div", { class: "spectrum-tip", hidden: true });
        const bar = modeBar(chart);
        host.append(tip, bar);
        host.tabIndex = -1;
        let action = null;
        let isPlanned = false;
        let pointer = null;

        const place = function (event) {
            const box = host.getBoundingClientRect();
            return { x: event.clientX - box.left - chart.margins.left, y: event.clientY - box.top - chart.margins.top };
        };
        const isInside = (at) => at.x >= 0 && at.x <= chart.size.width && at.y >= 0 && at.y <= chart.size.height;
        const distance = (mark, at) => Math.abs(mark.at - at.x);
        const nearest = function (at) {
            const near = (chart.placed || []).filter((mark) => distance(mark, at) <= GRIP_PX);
            return near.sort((one, other) => distance(one, at) - distance(other, at))[0] || null;
        };
        const gripped = function (at) {
            const mark = nearest(at);
            return mark && !mark.isFixed && chart.model.onShift ? mark : null;
        };

        function down(event) {
            if (!chart.model || event.target.closest("button") || event.button > 1 || chart.isTouched) return;
            const at = place(event);
            if (!isInside(at)) return;
            const mark = event.button === 0 && gripped(at);
            const isPan = event.shiftKey || event.button === 1 || chart.isPanning;
            action = mark ? { kind: "shift", mark, at } : { kind: isPan ? "pan" : "zoom", at, view: { ...chart.shown } };
            if (event.pointerType !== "touch") {
                event.preventDefault();
                if (!document.activeElement || document.activeElement === document.body || host.contains(document.activeElement)) host.focus({ preventScroll: true });
            }
            host.setPointerCapture(event.pointerId);
            hide();
        }

        function move(event) {
            pointer = place(event);
            if (isPlanned) return;
            isPlanned = true;
            requestAnimationFrame(function () {
                isPlanned = false;
                if (!chart.model || !pointer) return;
                if (action) act(pointer);
                else hover(pointer);
            });
        }

        function act(at) {
            if (action.kind === "zoom") return select(action.at, at);
            if (action.kind === "shift") return Math.abs(at.x - action.at.x) >= 3 && chart.model.onShift(action.mark, chart.fromX(at.x), false);
            const { view } = action;
            const x = ((at.x - action.at.x) / chart.size.width) * (view.x1 - view.x0);
            const y = ((at.y - action.at.y) / chart.size.height) * (view.y1 - view.y0);
            return chart.zoom({ x0: view.x0 - x, x1: view.x1 - x, y0: view.y0 + y, y1: view.y1 + y });
        }

        function boxOf(one, other) {
            const { width, height } = chart.size;
            const inX = (value) => Math.min(Math.max(value, 0), width);
            const inY = (value) => Math.min(Math.max(value, 0), height);
            const [left, right] = [inX(one.x), inX(other.x)].sort((a, b) => a - b);
            const [top, bottom] = [inY(one.y), inY(other.y)].sort((a, b) => a - b);
            const isFlat = bottom - top < 3 * LEAST_PX;
            return { left, right, top: isFlat ? 0 : top, bottom: isFlat ? height : bottom, isFlat };
        }

        function select(one, other) {
            const { left, right, top, bottom } = boxOf(one, other);
            chart.selection.innerHTML = `<rect class="spectrum-selection" x="${left}" y="${top}" width="${right - left}" height="${bottom - top}"/>`;
        }

        function up(event) {
            if (!action) return;
            const at = place(event);
            const done = action;
            action = null;
            chart.selection.replaceChildren();
            if (done.kind === "shift") {
                const isClick = Math.abs(at.x - done.at.x) < 3;
                return isClick ? chart.model.onFocus(done.mark) : chart.model.onShift(done.mark, chart.fromX(at.x), true);
            }
            if (done.kind !== "zoom") return;
            const { left, right, top, bottom, isFlat } = boxOf(done.at, at);
            if (right - left < LEAST_PX) return;
            const { y0, y1 } = chart.shown;
            const heights = isFlat ? { y0, y1 } : { y0: chart.fromY(bottom), y1: chart.fromY(top) };
            chart.zoom({ x0: chart.fromX(left), x1: chart.fromX(right), ...heights });
        }

        function wheel(event) {
            const at = place(event);
            const isMeant = event.ctrlKey || host.contains(document.activeElement) || !isScrollable();
            if (!chart.model || !isInside(at) || !isMeant) return;
            event.preventDefault();
            zoomAt(chart, chart.fromX(at.x), event.deltaY > 0 ? 1.25 : 0.8);
            hover(at);
        }

        /* Where what is around the plot scrolls, a wheel that passes over it shall not stop. */
        function isScrollable() {
            for (let place = host.parentElement; place && place !== document.body; place = place.parentElement) {
                const isOff = !/auto|scroll/.test(getComputedStyle(place).overflowY);
                if (!isOff && place.scrollHeight > place.clientHeight + 1) return true;
            }
            return document.documentElement.scrollHeight > window.innerHeight + 1;
        }

        function hover(at) {
            const { model } = chart;
            const isOn = isInside(at) && model.lines.length > 0;
            host.classList.toggle("is-gripping", isOn && Boolean(gripped(at)));
            if (!isOn) return hide();
            const trace = model.lines[model.lines.length - 1];
            const { x, y } = trace;
            const wanted = chart.fromX(at.x);
            let k = label.paths.firstAt(x, wanted);
            if (k > 0 && (k >= x.length || wanted - x[k - 1] < x[k] - wanted)) k -= 1;
            if (k < 0 || k >= x.length) return hide();
            const px = chart.toX(x[k]);
            const hasValue = y[k] !== null && Number.isFinite(y[k]);
            chart.spike.innerHTML =
                `<line class="spectrum-spike" x1="${px}" x2="${px}" y1="0" y2="${chart.size.height}"/>` +
                (hasValue ? `<circle class="spectrum-dot" cx="${px}" cy="${chart.toY(y[k])}" r="3"/>` : "");
            const mark = nearest(at);
            const value = model.read(k, x[k], hasValue ? y[k] : null);
            tip.textContent = mark && model.tell ? `${model.tell(mark)}\n${value}` : value;
            tip.hidden = false;
            const isRight = px > chart.size.width - 190;
            tip.style.left = `${chart.margins.left + px + (isRight ? -10 : 10)}px`;
            tip.style.top = `${chart.margins.top + Math.min(Math.max(at.y - 34, 18), chart.size.height - 30)}px`;
            tip.classList.toggle("is-left", isRight);
            return undefined;
        }

        function hide() {
            tip.hidden = true;
            if (chart.spike.firstChild) chart.spike.replaceChildren();
            host.classList.remove("is-gripping");
        }

        const leave = () => ((pointer = null), hide());
        const twice = (event) => !event.target.closest("button") && chart.zoom(null);
        const cancel = () => ((action = null), chart.selection.replaceChildren());
        const heard = [["pointerdown", down], ["pointermove", move], ["pointerup", up], ["pointercancel", cancel],
            ["pointerleave", leave], ["dblclick", twice]]; // prettier-ignore
        heard.forEach(([name, listener]) => host.addEventListener(name, listener));
        host.addEventListener("wheel", wheel, { passive: false });
        label.touches(chart, { place, cancel });
        chart.hideTip = hide;
    };

    function zoomAt(chart, x, factor) {
        const { home } = chart.model;
        const { x0, x1, y0, y1 } = chart.shown;
        const width = Math.min((x1 - x0) * factor, home.x1 - home.x0);
        const share = (x - x0) / (x1 - x0);
        const left = Math.min(Math.max(x - share * width, home.x0), home.x1 - width);
        const isWhole = width >= (home.x1 - home.x0) * 0.999 && y0 === home.y0 && y1 === home.y1;
        chart.zoom(isWhole ? null : { x0: left, x1: left + width, y0, y1 });
    }

    function modeBar(chart) {
        const middle = () => (chart.shown.x0 + chart.shown.x1) / 2;
        const button = function (icon, name, act) {
            const made = el("button", { type: "button", class: "mode-button", title: name, "aria-label": name }, label.icon(icon));
            made.addEventListener("click", () => chart.model && act(made));
            return made;
        };
        const pan = button("move-horizontal", "Drag moves instead of zooming", function (made) {
            chart.isPanning = !chart.isPanning;
            made.setAttribute("aria-pressed", String(chart.isPanning));
            chart.host.classList.toggle("is-panning", chart.isPanning);
        });
        pan.setAttribute("aria-pressed", "false");
        return el(
            "div",
            { class: "mode-bar" },
            button("plus", "Zoom in", () => zoomAt(chart, middle(), 0.6)),
            button("minus", "Zoom out", () => zoomAt(chart, middle(), 1 / 0.6)),
            pan,
            button("rotate-ccw", "Reset the zoom", () => chart.zoom(null)),
        );
    }
})();
