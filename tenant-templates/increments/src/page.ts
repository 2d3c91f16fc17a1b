/** What increments puts into the branded page; its style and script are in `ui/`. */
export const pageHtml = `<section class="increments" aria-label="Increments">
<form id="count">
<label>Key <input name="key" required spellcheck="false" autocomplete="off" pattern="[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"></label>
<button id="new-key" type="button" class="quiet">New key</button>
<label>Value <input name="value" required inputmode="numeric" pattern="[1-9][0-9]{0,18}" value="1"></label>
<button type="submit">Count up</button>
</form>
<p>Total of this key</p>
<output id="total" class="large" aria-live="polite" for="count">&ndash;</output>
<p id="as-of"></p>
<p id="message" role="status"></p>
</section>`;
