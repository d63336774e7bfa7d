/* A plot as PNG or SVG, light on white like all downloads; and its numbers as a table. */
(function () {
    "use strict";
    const label = window.spectrolabe.label;
    const { byId, el } = label;
    const COPIED = ["fill", "stroke", "stroke-width", "stroke-dasharray", "opacity", "font-family", "font-size", "font-weight", "text-anchor", "paint-order"];
    const SCALE = 2;
    const MOST_ROWS = 500;

    /* The drawing with its colors written into it: style sheets do not travel with a file. */
    function picture(chart) {
        const stage = el("div", { "data-bs-theme": "light", class: "label-offstage label-chart", "aria-hidden": "true" });
        const copy = chart.svg.cloneNode(true);
        stage.append(copy);
        document.body.append(stage);
        copy.querySelectorAll(".layer-spike, .layer-selection").forEach((layer) => layer.replaceChildren());
        copy.querySelectorAll("path, line, rect, text, circle").forEach(function (one) {
            const style = window.getComputedStyle(one);
            COPIED.forEach((name) => one.setAttribute(name, style.getPropertyValue(name)));
            one.removeAttribute("class");
        });
        legend(chart, copy, stage);
        stage.remove();
        copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
        const back = label.svg("rect", { width: chart.width, height: chart.height, fill: "#ffffff" });
        copy.prepend(back);
        return copy;
    }

    /* A picture in an image knows no fonts of the page: the canvas writes the text itself. */
    function write(context, texts) {
        texts.forEach(function ({ text, x, y, turn, fill, font, align }) {
            context.save();
            context.translate(x, y);
            context.rotate(turn);
            Object.assign(context, { fillStyle: fill, font, textAlign: align });
            context.fillText(text, 0, 0);
            context.restore();
        });
    }

    const ALIGN = { start: "left", middle: "center", end: "right" };

    /* Takes the text out of a drawing. */
    function texts(drawing, { left, top }) {
        return [...drawing.querySelectorAll("text")].map(function (one) {
            const number = (name) => Number(one.getAttribute(name)) || 0;
            const moved = /translate\(([-\d.]+) ([-\d.]+)\)/.exec(one.getAttribute("transform") || "");
            const isInside = Boolean(one.closest("g"));
            const x = (moved ? Number(moved[1]) : number("x")) + (isInside ? left : 0);
            const y = (moved ? Number(moved[2]) : number("y")) + (isInside ? top : 0);
            const font = `${one.getAttribute("font-size")} ${one.getAttribute("font-family")}`.replace(/^(\d+) /, "$1px ");
            one.remove();
            return { text: one.textContent, x, y, turn: moved ? -Math.PI / 2 : 0, fill: one.getAttribute("fill"), font, align: ALIGN[one.getAttribute("text-anchor")] || "left" };
        });
    }

    function legend(chart, copy, stage) {
        const named = chart.model.lines.filter((one) => one.text);
        named.forEach(function (one, k) {
            const probe = el("span", { class: `legend-line legend-${one.kind} ${one.row ? `class-${one.row}` : ""}` });
            stage.append(probe);
            const color = window.getComputedStyle(probe).color;
            const text = label.svg("text", { x: chart.margins.left + chart.size.width * 0.42, y: 22 + 16 * k, fill: color, "font-size": "12", "font-family": "IBM Plex Sans, sans-serif" });
            text.textContent = one.text;
            copy.append(text);
        });
    }

    const textOf = (drawing) => new XMLSerializer().serializeToString(drawing);

    function name(which) {
        const { current } = label.state;
        const id = current.is_blind ? "random-sample" : current.id;
        return `${id}-${which}`.replace(/[^\w.+-]+/g, "-");
    }

    function give(blob, file) {
        const address = URL.createObjectURL(blob);
        const anchor = el("a", { href: address, download: file });
        document.body.append(anchor);
        anchor.click();
        anchor.remove();
        setTimeout(() => URL.revokeObjectURL(address), 10000);
    }

    function chartOf(which) {
        const chart = label.charts && label.charts[which];
        return chart && chart.model && label.state.current ? chart : null;
    }

    label.commands.svg = function (which) {
        const chart = chartOf(which);
        if (chart) give(new Blob([textOf(picture(chart))], { type: "image/svg+xml" }), `${name(which)}.svg`);
    };

    label.commands.png = function (which) {
        const chart = chartOf(which);
        if (!chart) return;
        const file = `${name(which)}.png`;
        const drawing = picture(chart);
        const words = texts(drawing, chart.margins);
        const image = new Image();
        image.onload = function () {
            const canvas = el("canvas", { width: chart.width * SCALE, height: chart.height * SCALE });
            const context = canvas.getContext("2d");
            context.scale(SCALE, SCALE);
            context.drawImage(image, 0, 0, chart.width, chart.height);
            write(context, words);
            canvas.toBlob((blob) => give(blob, file), "image/png");
        };
        image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(textOf(drawing))}`;
    };

    /* ---------------------------------------------------------------- the numbers */

    label.commands.table = function (which) {
        const chart = chartOf(which);
        if (!chart) return;
        const { lines, sentence, xTitle, yTitle } = chart.model;
        const trace = lines[lines.length - 1];
        const step = Math.max(1, Math.ceil(trace.x.length / MOST_ROWS));
        const rows = [];
        for (let k = 0; k < trace.x.length; k += step) {
            const value = Number.isFinite(trace.y[k]) ? label.decimal(trace.y[k], 4) : "masked";
            rows.push(el("tr", {}, el("td", { class: "cell-number" }, label.decimal(trace.x[k], 2)), el("td", { class: "cell-number" }, value)));
        }
        const caption = step > 1 ? `${sentence}. Every ${step}th point.` : `${sentence}.`;
        const head = el("thead", {}, el("tr", {}, el("th", { scope: "col", class: "cell-number" }, xTitle), el("th", { scope: "col", class: "cell-number" }, yTitle)));
        label.over("Data as a table", el("table", { class: "data-table" }, el("caption", {}, caption), head, el("tbody", {}, ...rows)));
        return byId("label-over");
    };
})();
