/** What is put into the branded page; its style and script are in `ui/`. */
export const pageHtml = `<form id="note-form">
<label for="note">A note</label>
<textarea id="note" name="note" rows="4" required></textarea>
<button type="submit">Keep it</button>
<p id="message" role="status"></p>
</form>`;
