/** What the counter puts into the branded page; its style and script are in `ui/`. */
export const pageHtml = `<section class="counter" aria-label="Counter">
<output id="number" class="large" aria-live="polite" for="next">&ndash;</output>
<button id="next" type="button">Take the next number</button>
<p id="message" role="status"></p>
</section>`;
