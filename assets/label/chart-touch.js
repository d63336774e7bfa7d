/* Fingers on a plot: two spread to zoom and move together to pan, a double tap resets. One finger selects a range, as
   the mouse does, or scrolls the page up and down.

   label.touches(chart, {place, cancel}): place(event) -> px in the plot; cancel() ends what one finger has begun */
(function () {
    "use strict";
    const label = window.spectrolabe.label;
    const LEAST_PX = 40; // closer fingers say nothing about a scale
    const TAP_PX = 12;
    const TAPS_APART_PX = 40;
    const TAPS_APART_MS = 350;
    const MOST_ZOOM = 400;

    label.touches = function (chart, { place, cancel }) {
        const { host } = chart;
        const fingers = new Map(); // pointer id -> {from, at}
        let view = null; // what was shown when the second finger came
        let last = null; // the tap before

        function down(event) {
            if (event.pointerType !== "touch" || !chart.model || event.target.closest("button")) return;
            const at = place(event);
            fingers.set(event.pointerId, { from: at, at, since: event.timeStamp });
            if (fingers.size !== 2) return;
            cancel();
            chart.isTouched = true;
            begin();
        }

        function begin() {
            view = { ...chart.shown };
            fingers.forEach((finger) => (finger.from = finger.at));
        }

        function move(event) {
            const finger = fingers.get(event.pointerId);
            if (!finger) return;
            finger.at = place(event);
            if (fingers.size === 2 && chart.model && view) chart.zoom(pinched([...fingers.values()]));
        }

        /* What was below the fingers stays below them. */
        function pinched([one, other]) {
            const { home } = chart.model;
            const x = along(one, other, "x", chart.size.width, home.x1 - home.x0, [view.x0, view.x1]);
            const [y1, y0] = along(one, other, "y", chart.size.height, home.y0 - home.y1, [view.y1, view.y0]);
            return { x0: x[0], x1: x[1], y0, y1 };
        }

        function along(one, other, axis, size, whole, [start, stop]) {
            const before = other.from[axis] - one.from[axis];
            const now = other.at[axis] - one.at[axis];
            const isApart = Math.abs(before) >= LEAST_PX && now * before > 0;
            const least = Math.abs(whole) / MOST_ZOOM;
            const wanted = (stop - start) * (isApart ? before / now : 1);
            const span = Math.sign(wanted) * Math.min(Math.max(Math.abs(wanted), least), Math.abs(whole));
            const middle = start + (((one.from[axis] + other.from[axis]) / 2) * (stop - start)) / size;
            const first = middle - (((one.at[axis] + other.at[axis]) / 2) * span) / size;
            return [first, first + span];
        }

        function up(event) {
            const finger = fingers.get(event.pointerId);
            if (!finger) return;
            fingers.delete(event.pointerId);
            if (chart.isTouched) {
                view = null;
                chart.isTouched = fingers.size > 0; // the finger that stays begins nothing
                last = null;
            } else if (event.type === "pointerup") tapped(event, finger);
        }

        function tapped(event, { from }) {
            const at = place(event);
            const far = (one, two) => Math.hypot(one.x - two.x, one.y - two.y);
            if (far(from, at) > TAP_PX) return (last = null);
            const isDouble = last && event.timeStamp - last.time < TAPS_APART_MS && far(last.at, at) < TAPS_APART_PX;
            if (isDouble) chart.zoom(null);
            return (last = isDouble ? null : { at, time: event.timeStamp });
        }

        const mine = (event) => event.touches.length > 1 && chart.model && event.preventDefault(); // else the page scrolls
        const heard = [["pointerdown", down], ["pointermove", move], ["pointerup", up], ["pointercancel", up]]; // prettier-ignore
        heard.forEach(([name, listener]) => host.addEventListener(name, listener, { capture: true }));
        ["touchstart", "touchmove"].forEach((name) => host.addEventListener(name, mine, { passive: false }));
    };
})();
