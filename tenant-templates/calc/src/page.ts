/** What the calculator puts into the branded page; its style and script are in `ui/`. */
export const pageHtml = `<section class="calc" aria-label="Calculator">
<form id="form">
<label>What to do
<select id="command"><option value="add">a + b</option><option value="max">the greater of a and b</option><option value="np">the n-th primes</option></select></label>
<label><span id="label-a">a</span><input id="a" inputmode="text" autocomplete="off" spellcheck="false" value="2" required></label>
<label id="field-b">b<input id="b" inputmode="text" autocomplete="off" spellcheck="false" value="5"></label>
<button type="submit">Calculate</button>
</form>
<output id="answer" class="large" aria-live="polite" for="a b">&nbsp;</output>
<p id="message" role="status"></p>
<h2>Log</h2>
<p id="log-state" role="status">Connecting&hellip;</p>
<ol id="log" aria-label="Commands and results, the newest first"></ol>
</section>`;
