/* What is laid over the window: class means, nearest labeled, the spectrum before, other observations of the star. */
(function () {
    "use strict";
    const label = window.spectrolabe.label;
    const { byId } = label;
    const DASHES = ["dash-dot", "dash-dash", "dash-dashdot", "dash-longdash"];
    const overlays = new Map();
    let previous = null; // {name, flux} of the spectrum shown before
    let shown = null; // the item that is shown
    let epoch = null;
    let timer = null;

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
            if (label.state.current === item) label.plots.draw();
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
        if (label.state.current === item) label.plots.draw();
    }

    label.on("queue", function () {
        latest = null;
        overlays.clear();
    });
    label.on("show", function ({ item }) {
        const before = shown && label.spectra.peek(shown);
        if (before && shown.id !== item.id) {
            const isHidden = shown.kind === "random" || label.isRepeat(shown);
            previous = { name: isHidden ? shown.word.toLowerCase() : shown.id, flux: before.window.flux };
        }
        shown = item;
        clearTimeout(timer);
        timer = setTimeout(() => label.state.current === item && askOverlays(item), overlays.size ? 250 : 0);
    });
    label.on("spectrum", ({ id, data }) => setTimeout(() => label.state.current && label.state.current.id === id && askEpochs(label.state.current, data), 120));
    label.on("view", function ({ name }) {
        const { current } = label.state;
        if (["means", "nearest"].includes(name) && current) askOverlays(current);
        if (name === "epochs" && current) askEpochs(current, label.spectra.peek(current));
    });
    label.on("stop", function () {
        overlays.clear();
        previous = shown = epoch = null;
    });
    label.overlays = { of: (id) => overlays.get(id), lines: overlayLines };
})();
