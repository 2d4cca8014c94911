-- A room called crowd-N has N people in it once the first guest joins, with presences as Converse.js and Conversations send them.
-- Loaded on the service for rooms, and on crowd.test, where these people are: they take whatever they are told.
local st = require "util.stanza";

if module.host == "crowd.test" then
	for _, what in ipairs { "message", "presence", "iq" } do
		for _, form in ipairs { "full", "bare" } do module:hook(what.."/"..form, function () return true; end, 10000); end
	end
	return;
end

module:hook("muc-occupant-pre-join", function (event)
	local room = event.room;
	local count = tonumber(room.jid:match("^crowd%-(%d+)@") or 0);
	if room.has_crowd or not event.stanza.attr.from:match("@anon%.") then return; end
	room.has_crowd = true;
	for n = 1, count do
		local bare, nick = "p"..n.."@crowd.test", room.jid.."/person-"..n;
		local occupant = room:new_occupant(bare, nick);
		occupant.role = "participant";
		occupant:set_session(bare.."/web", st.presence({ from = bare.."/web", to = nick })
			:tag("show"):text("away"):up():tag("status"):text("at work"):up():tag("priority"):text("5"):up()
			:tag("c", { xmlns = "http://jabber.org/protocol/caps", hash = "sha-1", node = "https://conversejs.org", ver = "QgayPKawpkPSDYmwT/WM94uAlu0=" }):up()
			:tag("x", { xmlns = "vcard-temp:x:update" }):tag("photo"):text("0a0b0c0d0e0f000102030405060708090a0b0c0d"):up():up());
		room:save_occupant(occupant);
	end
end, 1000);
