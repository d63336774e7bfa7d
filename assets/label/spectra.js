/* Spectra of the queue: fetched ahead, made ready to draw, kept while there is room. */
(function () {
    "use strict";
    const label = window.spectrolabe.label;
    const AHEAD = 20;
    const REFILL = 12; // fewer than this ready ahead: ask for more
    const MOST_KEPT = 120;
    const RETRY_MS = 2000;
    const kept = new Map();
    const asking = new Map();
    let retry = null;

    const floats = (values) => (values ? Float64Array.from(values, (value) => (value === null ? NaN : value)) : null);

    function bandOf(flux, sigma) {
        if (!sigma) return null;
        return { low: flux.map((value, k) => value - sigma[k]), high: flux.map((value, k) => value + sigma[k]) };
    }

    /* Typed arrays, the band and the range of the axis, before anybody waits for them. */
    function ready(data, grid) {
        const flux = floats(data.window.flux);
        const sigma = floats(data.window.sigma);
        const made = { ...data, window: { ...data.window, flux, sigma, band: bandOf(flux, sigma), extent: label.paths.extent(flux) } };
        if (!data.full || data.full.error) return made;
        const full = { ...data.full, wavelength: floats(data.full.wavelength), flux: floats(data.full.flux), sigma: floats(data.full.sigma) };
        full.band = bandOf(full.flux, full.sigma);
        full.range = rangeOf(full, grid);
        made.full = full;
        return made;
    }

    /* All but the outermost 0.3 % of the points, and all of the window: a cosmic ray does not set the axis, a line does. */
    function rangeOf({ wavelength, flux, masked }, grid) {
        let at = 0;
        const isGood = function (value, k) {
            while (at < masked.length && masked[at][1] < wavelength[k]) at += 1;
            return Number.isFinite(value) && !(at < masked.length && wavelength[k] >= masked[at][0]);
        };
        const good = flux.filter(isGood).sort();
        const sorted = good.length > 20 ? good : flux.filter(Number.isFinite).sort();
        if (!sorted.length) return [0, 1];
        const cut = Math.floor(sorted.length * 0.003);
        let low = sorted[cut];
        let high = sorted[sorted.length - 1 - cut];
        if (grid) {
            const from = label.paths.firstAt(wavelength, grid[0]);
            const to = label.paths.firstAt(wavelength, grid[grid.length - 1]);
            const [least, greatest] = label.paths.extent(flux.subarray(from, to));
            if (to > from) [low, high] = [Math.min(low, least), Math.max(high, greatest)];
        }
        const margin = 0.08 * (high - low) || 1;
        return [low >= 0 ? 0 : low - margin / 2, high + margin];
    }

    function keep(id, data) {
        kept.delete(id);
        kept.set(id, data);
        while (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value);
    }

    /* By which data are kept: a repeat is told less of its spectrum than the item that was answered. */
    const AGAIN = "#repeat";
    const keyOf = (item) => (label.isRepeat(item) && item.is_blind ? item.id + AGAIN : item.id);
    const isAgain = (key) => key.endsWith(AGAIN);
    const idOf = (key) => (isAgain(key) ? key.slice(0, -AGAIN.length) : key);

    function request(keys) {
        const parts = [keys.filter(isAgain), keys.filter((key) => !isAgain(key))].filter((part) => part.length);
        return Promise.all(parts.map(requestAlike));
    }

    async function requestAlike(keys) {
        const { queue, session } = label.state;
        const query = new URLSearchParams({ session });
        if (queue.pool) query.set("pool", queue.pool);
        if (Number.isInteger(queue.guess_iteration)) query.set("iteration", queue.guess_iteration);
        keys.forEach((key) => query.append("ids", idOf(key)));
        keys.filter(isAgain).forEach((key) => query.append("hide", idOf(key)));
        const promise = label.ask(`/api/labels/spectra?${query}`).finally(() => keys.forEach((key) => asking.delete(key)));
        keys.forEach((key) => asking.set(key, promise));
        const answer = await promise;
        if (label.state.session !== session || !label.state.queue) return;
        const grid = label.state.queue.window && label.state.queue.window.grid;
        keys.forEach((key) => answer.spectra[idOf(key)] && keep(key, ready(answer.spectra[idOf(key)], grid)));
        const { current } = label.state;
        if (current && keys.includes(keyOf(current))) tell(current);
        label.emit("fetched", { ids: keys.map(idOf) });
    }

    function peek(wanted) {
        if (typeof wanted === "string") return kept.get(wanted) || null;
        const data = kept.get(keyOf(wanted));
        return data && wanted.is_blind ? label.blinded(data) : data || null;
    }

    const tell = (item) => label.emit("spectrum", { id: item.id, data: peek(item) });

    /* What is likely to be shown next: without an answer, in order. */
    function comingUp() {
        const { items, index } = label.state;
        const found = [];
        for (let k = Math.max(index, 0) + 1; k < items.length && found.length < AHEAD; k += 1) {
            if (!items[k].label && label.passes(items[k])) found.push(keyOf(items[k]));
        }
        return found;
    }

    const isMissing = (key) => !kept.has(key) && !asking.has(key);

    function prefetch() {
        if (!label.state.queue) return;
        const coming = comingUp();
        const missing = coming.filter(isMissing);
        if (!missing.length || (coming.length - missing.length >= REFILL && missing.length < AHEAD - REFILL)) return;
        request(missing).catch(() => later());
    }

    function later() {
        clearTimeout(retry);
        retry = setTimeout(() => {
            const { current } = label.state;
            if (current && isMissing(keyOf(current))) wanted(current);
            prefetch();
        }, RETRY_MS);
    }

    function wanted(item) {
        const key = keyOf(item);
        if (kept.has(key)) {
            keep(key, kept.get(key));
            tell(item);
        } else if (!asking.has(key)) {
            const few = [key, ...comingUp().filter(isMissing).slice(0, 3)];
            request([...new Set(few)]).catch(function (error) {
                if (label.state.current === item) label.emit("unavailable", { item, error });
                later();
            });
        }
        setTimeout(prefetch, 60); // after the frame is painted
    }

    label.spectra = {
        peek, // of an item what may be shown; of an id (of spectra beside it) everything
        ask: (ids) => Promise.allSettled([request(ids.filter(isMissing)), ...ids.map((id) => asking.get(id))]),
        isMissing,
        forget: (item) => kept.delete(keyOf(item)),
    };

    label.on("show", ({ item }) => wanted(item));
    label.on("stop", function () {
        kept.clear();
        asking.clear();
        clearTimeout(retry);
    });
    document.addEventListener("spectrolabe:back", () => label.isOpen() && later());
})();
