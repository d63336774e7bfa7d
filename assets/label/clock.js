/* How long a spectrum was looked at: only while the page is in front, and no pause longer than half a minute.
 *
 *   label.clock.elapsed() -> milliseconds since the spectrum was shown
 */
(function () {
    "use strict";
    const label = window.spectrolabe.label;
    const LONGEST_PAUSE_MS = 30000;
    let counted = 0;
    let last = null; // null while the page is behind others

    /* Whoever moves the mouse, turns the wheel or types is there; a gap counts up to half a minute. */
    function tick() {
        const now = performance.now();
        if (last !== null) counted += Math.min(now - last, LONGEST_PAUSE_MS);
        last = document.hidden ? null : now;
    }

    function restart() {
        counted = 0;
        last = document.hidden ? null : performance.now();
    }

    label.clock = {
        elapsed() {
            tick();
            return Math.round(counted);
        },
    };

    label.on("show", restart);
    document.addEventListener("visibilitychange", tick);
    ["pointermove", "pointerdown", "keydown", "wheel"].forEach((name) =>
        document.addEventListener(name, tick, { passive: true, capture: true })
    );
})();
