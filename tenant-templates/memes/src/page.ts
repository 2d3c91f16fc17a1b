/** What memes puts into the branded page; its style and script are in `ui/`. */
export const pageHtml = `<section class="memes" aria-label="Memes">
<form id="sign-in">
<label>Your token <input id="token" type="password" autocomplete="off" spellcheck="false" required></label>
<button type="submit">Sign in</button>
</form>
<div id="signed-in" hidden>
<p>You have <output id="balance" aria-live="polite">&ndash;</output> tokens. <button id="sign-out" type="button" class="quiet">Sign out</button></p>
<form id="make">
<label>What is it about? <input id="query" maxlength="200" placeholder="Monday"></label>
<label>Latitude <input id="lat" inputmode="decimal" placeholder="52.52"></label>
<label>Longitude <input id="lon" inputmode="decimal" placeholder="13.41"></label>
<button id="go" type="submit">Make a meme</button>
</form>
<figure id="picture" hidden><div id="canvas"></div><figcaption id="caption"></figcaption></figure>
<h2>Statement</h2>
<div class="statement">
<table>
<thead><tr><th scope="col">No.</th><th scope="col">When</th><th scope="col">What</th><th scope="col">Tokens</th><th scope="col">Balance</th></tr></thead>
<tbody id="movements"></tbody>
</table>
</div>
<button id="more" type="button" class="quiet" hidden>Earlier movements</button>
</div>
<p id="message" role="status"></p>
</section>`;
