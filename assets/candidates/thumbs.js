/* Pictures of spectra for the rows in view: asked for in batches, kept while there is room. */
(function () {
    "use strict";
    const candidates = window.spectrolabe.candidates;
    const MOST_AT_ONCE = 200;
    const MOST_KEPT = 6000;
    const kept = new Map(); // id -> values, null where there is no spectrum
    const listeners = new Set();
    let wanted = new Set();
    let planned = 0;
    let range = [-2, 6];

    function peek(id) {
        if (!kept.has(id)) {
            wanted.add(id);
            if (!planned) planned = setTimeout(ask, 40);
        }
        return { values: kept.get(id), range };
    }

    async function ask() {
        planned = 0;
        const { session } = candidates.state;
        const ids = [...wanted].slice(-MOST_AT_ONCE); // the last ones asked for are in view
        wanted = new Set();
        if (!ids.length || !candidates.isOpen()) return;
        if (!candidates.state.about.has_spectra) {
            ids.forEach((id) => kept.set(id, null));
            return tell();
        }
        try {
            const answer = await candidates.ask("thumbs", { session, index: candidates.state.index, ids });
            if (candidates.state.session !== session) return undefined;
            range = answer.range;
            ids.forEach((id) => kept.set(id, answer.thumbs[id] || null));
            while (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value);
        } catch (error) {
            return undefined; // asked again when the row is drawn again
        }
        return tell();
    }

    const tell = () => listeners.forEach((listener) => listener());

    candidates.thumbs = {
        peek,
        listen(listener) {
            listeners.add(listener);
            return () => listeners.delete(listener);
        },
    };
    candidates.on("stop", () => (kept.clear(), (wanted = new Set())));
})();
