/* The sky map: how dense all rows lie, how dense the results; an area that is drawn becomes a cone. */
(function () {
    "use strict";
    const candidates = window.spectrolabe.candidates;
    const { el, svg, byId, projection } = candidates;
    const LEAST_RADIUS = 0.05;
    let parts = null; // {host, canvas, picture, tip}
    let everything = null; // {of, cells, counts}
    let found = null;
    let center = 180;
    let isDrawing = false;
    let cone = null; // while it is drawn
    let observer = null;

    function build() {
        const host = byId("candidates-sky");
        const canvas = el("canvas", { class: "sky-canvas", "aria-hidden": "true" });
        const picture = svg("svg", { class: "sky-picture", role: "img" });
        const tip = el("div", { class: "histogram-tip", hidden: true });
        host.replaceChildren(canvas, picture, tip);
        parts = { host, canvas, picture, tip };
        observer = new ResizeObserver(draw);
        observer.observe(host);
        host.addEventListener("pointerdown", down);
        host.addEventListener("pointermove", hover);
        host.addEventListener("pointerleave", () => (tip.hidden = true));
        setDrawing(false);
    }

    function destroy() {
        if (observer) observer.disconnect();
        [parts, everything, found, observer] = [null, null, null, null];
    }

    /* ---------------------------------------------------------------- geometry */

    function frame() {
        const { clientWidth: width, clientHeight: height } = parts.host;
        const scale = Math.min(width / 2 - 40, height - 22);
        return { width, height, scale: Math.max(scale, 20), x: width / 2, y: height / 2 };
    }

    const toPx = (f, ra, dec) => {
        const [x, y] = projection.project(ra, dec, center);
        return [f.x + x * f.scale, f.y + y * f.scale];
    };
    const fromPx = (f, x, y) => projection.back((x - f.x) / f.scale, (y - f.y) / f.scale, center);

    /* A line through points, broken where it leaves the map at one side and comes back at the other. */
    function path(f, points) {
        let before = null;
        return points.map(([ra, dec]) => {
            const [x, y] = toPx(f, ra, dec);
            const isJump = before !== null && Math.abs(x - before) > f.scale / 2;
            const pen = before === null || isJump ? "M" : "L";
            before = x;
            return `${pen}${x.toFixed(1)} ${y.toFixed(1)}`;
        }).join(""); // prettier-ignore
    }

    const range = (from, to, step) => Array.from({ length: Math.round((to - from) / step) + 1 }, (_, k) => from + k * step);

    /* ---------------------------------------------------------------- drawing */

    function draw() {
        if (!parts || !parts.host.clientWidth || !parts.host.clientHeight) return;
        const f = frame();
        parts.picture.setAttribute("viewBox", `0 0 ${f.width} ${f.height}`);
        drawCells(f);
        const lines = [];
        range(-60, 60, 30).forEach((dec) => lines.push(path(f, range(-180, 180, 4).map((ra) => [center + Math.min(Math.max(ra, -179.99), 179.99), dec]))));
        range(-120, 120, 60).forEach((ra) => lines.push(path(f, range(-90, 90, 3).map((dec) => [center + ra, dec]))));
        const edge = `M${f.x - f.scale} ${f.y}A${f.scale} ${f.scale / 2} 0 1 1 ${f.x + f.scale} ${f.y}A${f.scale} ${f.scale / 2} 0 1 1 ${f.x - f.scale} ${f.y}Z`;
        const chip = candidates.chipOf("cone", "cone");
        const shown = cone || (chip && { ra: chip.ra, dec: chip.dec, radius: chip.radius });
        const text = (ra, dec, words, anchor) => {
            const [x, y] = toPx(f, ra, dec);
            return svg("text", { class: "tick", x: x.toFixed(1), y: y.toFixed(1), "text-anchor": anchor || "middle" }, words);
        };
        const decs = [60, 30, -30].map((dec) => text(center + 179.99, dec, `${dec > 0 ? "+" : "−"}${Math.abs(dec)}°`, "end"));
        decs.forEach((one) => (one.setAttribute("dx", "-5"), one.setAttribute("dy", "4")));
        const hours = [120, 0, -120].map((ra) => text(center + ra, 0, hourOf(center + ra)));
        hours.forEach((one) => one.setAttribute("dy", "14"));
        parts.picture.replaceChildren(
            svg("path", { class: "sky-line", d: lines.join("") }), svg("path", { class: "sky-line", d: edge }),
            svg("path", { class: "sky-galaxy", d: path(f, projection.PLANE) }), ...decs, ...hours,
            ...(shown ? coneOf(f, shown) : [])
        ); // prettier-ignore
        const where = shown ? `, a cone of ${candidates.short(shown.radius)}° around ${candidates.decimal(shown.ra, 3)} ${candidates.decimal(shown.dec, 3)}` : "";
        parts.picture.setAttribute("aria-label", `Sky map: ${candidates.count(found ? found.n : NaN)} results${where}`);
    }

    function hourOf(ra) {
        const hours = ((((ra % 360) + 360) % 360) / 15) % 24;
        const minutes = Math.round((hours % 1) * 60);
        return minutes ? `${Math.floor(hours)}h ${minutes}m` : `${Math.floor(hours)}h`;
    }

    function coneOf(f, { ra, dec, radius }) {
        const points = range(0, 360, 4).map((angle) => projection.offset(ra, dec, radius, angle));
        const [x, y] = toPx(f, ra, dec);
        const isTiny = (radius / 180) * f.scale < 5;
        return [svg("path", { class: "sky-cone", d: path(f, points) }), isTiny ? svg("circle", { class: "sky-cone", cx: x, cy: y, r: 6 }) : null];
    }

    function drawCells(f) {
        const ratio = window.devicePixelRatio || 1;
        const { canvas } = parts;
        canvas.width = f.width * ratio;
        canvas.height = f.height * ratio;
        const context = canvas.getContext("2d");
        context.scale(ratio, ratio);
        const style = getComputedStyle(parts.host);
        paint(context, f, everything, style.getPropertyValue("--control"), 0.16, 0.6);
        paint(context, f, found, style.getPropertyValue("--trace"), 0.55, 1);
    }

    /* A cell is about a degree: a dot whose ink grows with the logarithm of what is in it. */
    function paint(context, f, density, color, least, most) {
        if (!density || !density.cells.length) return;
        const size = Math.max(1.1, (f.scale * 0.92) / 180);
        const few = density.cells.length < 300 ? 1.6 : 1;
        const top = Math.log1p(density.top);
        context.fillStyle = color.trim();
        density.cells.forEach((cell, k) => {
            const [ra, dec] = projection.cell(density.nside, cell);
            const [x, y] = toPx(f, ra, dec);
            context.globalAlpha = least + (most - least) * (Math.log1p(density.counts[k]) / top || 1);
            context.fillRect(x - (size * few) / 2, y - (size * few) / 2, size * few, size * few);
        });
        context.globalAlpha = 1;
    }

    /* ---------------------------------------------------------------- asking */

    const ready = (answer) => ({ ...answer, top: Math.max(...answer.counts, 1), n: answer.counts.reduce((sum, n) => sum + n, 0) });

    async function refresh() {
        if (!parts || !candidates.state.about) return;
        const isThere = candidates.state.about.has_sky;
        parts.host.closest(".candidates-card").classList.toggle("has-no-sky", !isThere);
        if (!isThere) return candidates.fill(parts.host, el("p", { class: "candidates-missing" }, "These rows have no positions."));
        const { signal, isLatest } = candidates.latest("sky");
        const of = candidates.state.index.join();
        try {
            if (!everything || everything.of !== of) {
                const all = ready(await candidates.ask("sky", candidates.question({ q: "" }), { signal }));
                if (!isLatest()) return undefined;
                everything = { ...all, of };
                // The map stays where it is: its middle is that of all rows, in whole hours.
                center = Math.round(projection.middle(all.cells.map((cell, k) => [...projection.cell(all.nside, cell), Math.log1p(all.counts[k])])) / 15) * 15;
            }
            const answer = candidates.state.q ? ready(await candidates.ask("sky", candidates.question(), { signal })) : { ...everything, cells: [], counts: [] };
            if (!isLatest()) return undefined;
            found = answer;
            draw();
        } catch (error) {
            if (error.name !== "AbortError" && isLatest()) candidates.emit("trouble", { error });
        }
        return undefined;
    }

    /* ---------------------------------------------------------------- an area */

    function setDrawing(isOn) {
        isDrawing = isOn;
        if (parts) parts.host.classList.toggle("is-drawing", isOn);
        const button = document.querySelector('.candidates-figures [data-act="area"]');
        if (button) button.setAttribute("aria-pressed", String(isOn));
    }

    const place = (event) => {
        const box = parts.host.getBoundingClientRect();
        return [event.clientX - box.left, event.clientY - box.top];
    };

    function down(event) {
        if (!isDrawing || event.button) return;
        const f = frame();
        const start = fromPx(f, ...place(event));
        if (!start) return;
        event.preventDefault();
        const { host } = parts;
        host.setPointerCapture(event.pointerId);
        cone = { ra: start[0], dec: start[1], radius: 0 };
        const move = (moved) => {
            const at = fromPx(f, ...place(moved));
            if (at) cone = { ...cone, radius: projection.separation(start, at) };
            draw();
        };
        const done = () => {
            ["pointermove", "pointerup", "pointercancel"].forEach((name) => host.removeEventListener(name, name === "pointermove" ? move : done));
            const { ra, dec, radius } = cone;
            cone = null;
            setDrawing(false);
            const digits = radius < 1 ? 3 : radius < 10 ? 2 : 1;
            if (radius >= LEAST_RADIUS) candidates.edit({ kind: "cone", ra: Number(ra.toFixed(3)), dec: Number(dec.toFixed(3)), radius: Number(radius.toFixed(digits)) });
            else draw();
        };
        host.addEventListener("pointermove", move);
        host.addEventListener("pointerup", done);
        host.addEventListener("pointercancel", done);
    }

    function hover(event) {
        const at = fromPx(frame(), ...place(event));
        if (!at) return void (parts.tip.hidden = true);
        const radius = cone && cone.radius ? `   radius ${candidates.decimal(cone.radius, 2)}°` : "";
        parts.tip.textContent = `${candidates.decimal(cone ? cone.ra : at[0], 2)} ${(cone ? cone.dec : at[1]) < 0 ? "−" : "+"}${Math.abs(cone ? cone.dec : at[1]).toFixed(2)}${radius}`;
        parts.tip.hidden = false;
        parts.tip.style.left = "12px";
        return undefined;
    }

    /* By hand on the map, or by numbers. */
    candidates.acts.area = function () {
        const chip = candidates.chipOf("cone", "cone");
        const field = (name, value, hint) => {
            const input = el("input", { id: candidates.nextId("cone"), class: "form-control", value: value === undefined ? "" : String(value), autocomplete: "off" });
            return { input, element: el("div", { class: "field" }, el("label", { class: "field-label", for: input.id }, name), input, hint ? el("div", { class: "field-hint" }, hint) : null) };
        };
        const where = field("Position", chip ? `${chip.ra} ${chip.dec < 0 ? "" : "+"}${chip.dec}` : undefined, "83.633 +22.014, or 05:34:32 +22:00:52, ICRS");
        const radius = field("Radius", chip ? `${chip.radius}°` : "1°", "15°, 30', or 10\"");
        const error = el("div", { class: "field-error", role: "alert" });
        const hand = candidates.button("Draw on the map", { kind: "outline", icon: "lasso" }, () => (dialog.close(), setDrawing(true), candidates.say("Press on the map at the center and drag to the radius.")));
        const drop = chip ? candidates.button("Remove the area", { kind: "plain" }, () => (dialog.close(), candidates.edit({ kind: "cone", ra: null, dec: null, radius: null }))) : null;
        const go = candidates.button("Search here", { kind: "primary" }, async function () {
            try {
                const { q } = await candidates.ask("query", candidates.question({ edit: { kind: "cone", position: where.input.value, radius: radius.input.value } }));
                dialog.close();
                candidates.find({ q });
            } catch (refused) {
                error.textContent = refused.message;
            }
        });
        const dialog = candidates.dialog("Area on the sky", el("div", { class: "stack" }, where.element, radius.element, error), drop, hand, go);
        where.input.focus();
    };

    document.addEventListener("keydown", (event) => event.key === "Escape" && isDrawing && setDrawing(false));
    document.addEventListener("spectrolabe:theme", () => setTimeout(draw, 0));

    candidates.on("start", build);
    candidates.on("stop", destroy);
    candidates.on("query", refresh);
})();
