package io.warroom.simulator.wecom;

import static io.warroom.simulator.wecom.WecomApi.error;
import static io.warroom.simulator.wecom.WecomApi.ok;

import io.warroom.simulator.witness.Answer;
import io.warroom.simulator.witness.Call;
import io.warroom.simulator.witness.Org;
import io.warroom.simulator.witness.Person;
import io.warroom.simulator.witness.Room;
import io.warroom.simulator.witness.Unsettled;
import io.warroom.simulator.witness.World;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The group chats of an app ({@code appchat}): made once a chatid, read, changed, written into, never dissolved. */
final class Groups {
    private static final int MOST_MEMBERS = 2_000;
    private static final String SKIPPED = "SKIPPED";
    private static final Set<String> TYPES = Set.of("text", "markdown", "textcard", "news", "mpnews");
    /** The content of an mpnews message, on the page 666 KB. */
    private static final int MOST_NEWS_BYTES = 666 * 1024;

    private final World world;
    private final Limits limits;
    private final Media media;

    Groups(World world, Limits limits, Media media) {
        this.world = world;
        this.limits = limits;
        this.media = media;
    }

    Answer create(Org org, Call call) {
        JsonNode list = call.body().path("userlist");
        Set<String> people = ids(org, list);
        int counted = org.goes(Unsettled.USERID_TWICE, "COUNTS_TWICE") ? list.size() : people.size();
        String chatId = call.text("chatid");
        if (counted < 2 || counted > org.switches.mostMembers(MOST_MEMBERS)) {
            return error(86006, "invalid chat member list size");
        }
        if (!chatId.isEmpty() && !chatId.matches("[0-9a-zA-Z]{1,32}")) {
            return error(40050, "invalid chatid");
        }
        if (isTaken(org, chatId)) {
            if (org.goes(Unsettled.REPEATED_CHAT, "CHANGED")) {
                change(org, chatId, people, call);
            }
            return error(86215, "chatid existed");
        }
        Answer refused = refusal(org, people);
        if (refused != null) {
            return refused;
        }
        String owner = id(org, call.text("owner"));
        if (!owner.isEmpty() && !people.contains(owner)) {
            return error(86207, "owner not in member list");
        }
        if (org.switches.limits() && !limits.takeGroup(org)) {
            return WecomApi.tooOften();
        }
        Room room = world.room(org, chatId.isEmpty() ? World.id() : chatId, chatId);
        room.name = named(org, room, call);
        room.ownerId = owner.isEmpty() ? people.iterator().next() : owner;
        room.members.addAll(people);
        return ok(Map.of("chatid", room.roomId));
    }

    private void change(Org org, String chatId, Set<String> people, Call call) {
        Room room = world.room(org, chatId);
        if (room == null) {
            return;
        }
        String owner = id(org, call.text("owner"));
        room.name = call.body().has("name") ? named(org, room, call) : room.name;
        room.members.clear();
        people.stream().filter(id -> org.visible(id).isPresent()).forEach(room.members::add);
        room.ownerId =
                room.members.contains(owner) ? owner : room.members.iterator().next();
    }

    /** The refusal for ids that are of no use, or null when all are, or such are left out without a word. */
    private static @Nullable Answer refusal(Org org, Set<String> people) {
        if (org.goes(Unsettled.UNKNOWN_MEMBER, SKIPPED)) {
            people.removeIf(id -> org.person(id).isEmpty());
        }
        if (org.goes(Unsettled.INVISIBLE_MEMBER, SKIPPED)) {
            people.removeIf(id -> org.person(id).isPresent() && org.visible(id).isEmpty());
        }
        if (people.isEmpty()) {
            return error(86006, "invalid chat member list size");
        }
        if (people.stream().anyMatch(id -> org.person(id).isEmpty())) {
            return error(code(org, Unsettled.UNKNOWN_MEMBER), "invalid member in list");
        }
        return people.stream().anyMatch(id -> org.visible(id).isEmpty())
                ? error(code(org, Unsettled.INVISIBLE_MEMBER), "no privilege to access a member in the list")
                : null;
    }

    /** Gives the code of the position, or the usual one where it is none. */
    static int code(Org org, Unsettled open) {
        return org.goes(open, SKIPPED)
                ? Integer.parseInt(open.positions(org.platform).getFirst())
                : org.number(open);
    }

    private boolean isTaken(Org org, String chatId) {
        if (isForeign(org, chatId)) {
            return true;
        }
        Room room = chatId.isEmpty() ? null : world.room(org, chatId);
        if (room != null && room.dissolved && org.goes(Unsettled.DISSOLVED_CHAT, "FREE")) {
            world.forget(room);
            return false;
        }
        return room != null;
    }

    private static boolean isForeign(Org org, String chatId) {
        return org.switches.foreignChats().contains(chatId) && org.goes(Unsettled.FOREIGN_CHAT, "TAKEN");
    }

    Answer get(Org org, Call call) {
        Room room = world.room(org, call.query("chatid"));
        return room != null && room.dissolved && org.goes(Unsettled.DISSOLVED_CHAT_READ, "STILL_THERE")
                ? ok(Map.of("chat_info", describe(room)))
                : get(org, call.query("chatid"));
    }

    private Answer get(Org org, String chatId) {
        return withRoom(org, chatId, room -> ok(Map.of("chat_info", describe(room))));
    }

    Answer update(Org org, Call call) {
        return withRoom(org, call.text("chatid"), room -> update(org, room, call));
    }

    Answer send(Org org, Call call) {
        return withRoom(org, call.text("chatid"), room -> send(org, room, call));
    }

    private Answer update(Org org, Room room, Call call) {
        Set<String> added = ids(org, call.body().path("add_user_list"));
        Set<String> removed = ids(org, call.body().path("del_user_list"));
        int most = org.number(Unsettled.MOST_IN_A_CHANGE);
        if (added.size() > most || removed.size() > most) {
            return error(86006, "at most " + most + " ids in a list");
        }
        if (org.goes(Unsettled.INVISIBLE_MEMBER, SKIPPED)) {
            added.removeIf(id -> org.person(id).isPresent() && org.visible(id).isEmpty());
        }
        if (added.stream()
                .anyMatch(id -> org.person(id).isPresent() && org.visible(id).isEmpty())) {
            return error(code(org, Unsettled.INVISIBLE_MEMBER), "no privilege to access a member in the list");
        }
        if (added.stream().anyMatch(id -> org.person(id).isEmpty()) || !room.members.containsAll(removed)) {
            return error(86216, "invalid member");
        }
        if (org.goes(Unsettled.EXISTING_MEMBER, "ERROR") && added.stream().anyMatch(room.members::contains)) {
            return error(86216, "somebody is in the group already");
        }
        String owner = id(org, call.text("owner"));
        Set<String> after = new LinkedHashSet<>(room.members);
        after.addAll(added);
        after.removeAll(removed);
        if ((!owner.isEmpty() && !after.contains(owner)) || (owner.isEmpty() && removed.contains(room.ownerId))) {
            return error(86207, "owner not in member list");
        }
        if (after.size() > org.switches.mostMembers(MOST_MEMBERS)
                || (!removed.isEmpty() && after.size() < org.number(Unsettled.LEAST_MEMBERS))) {
            return error(86006, "invalid chat member list size");
        }
        room.members.clear();
        room.members.addAll(after);
        room.ownerId = owner.isEmpty() ? room.ownerId : owner;
        room.name = call.body().has("name") ? named(org, room, call) : room.name;
        return ok(Map.of());
    }

    private Answer send(Org org, Room room, Call call) {
        String type = call.text("msgtype");
        JsonNode part = call.body().path(type);
        if (!TYPES.contains(type) && !Media.TYPES.contains(type)) {
            return error(40008, "invalid message type");
        }
        Answer refusal = MessageParts.refusal(type, part);
        if (refusal != null) {
            return refusal;
        }
        String text = Media.TYPES.contains(type) ? media.shown(org, type, part) : Text.of(part);
        if (text == null) {
            return error(40007, "invalid media_id");
        }
        if (text.isBlank()) {
            return error(44004, "empty content");
        }
        int most = type.equals("mpnews") ? MOST_NEWS_BYTES : Text.MOST_BYTES;
        if (text.getBytes(StandardCharsets.UTF_8).length > most) {
            return error(org.number(Unsettled.TEXT_TOO_LONG), type + ".content exceed max length " + most);
        }
        if (org.switches.limits()) {
            if (!limits.takeMessage(org, room)) {
                return WecomApi.tooOften();
            }
            if (!limits.reachesAnybody(org, room)) {
                return ok(Map.of());
            }
        }
        String id = world.post(room, type, text, call.body().toString()).messageId();
        return ok(org.goes(Unsettled.MESSAGE_ID, "GIVEN") ? Map.of("msgid", id) : Map.of());
    }

    private Answer withRoom(Org org, String chatId, Function<Room, Answer> use) {
        if (isForeign(org, chatId)) {
            return error(86008, "the group was not made by this app");
        }
        Room room = world.room(org, chatId);
        return room == null || room.dissolved
                ? error(org.number(Unsettled.UNKNOWN_CHAT), "chatid invalid")
                : use.apply(room);
    }

    private static Map<String, Object> describe(Room room) {
        return Map.of(
                "chatid",
                room.roomId,
                "name",
                room.name,
                "owner",
                room.ownerId,
                "userlist",
                List.copyOf(room.members),
                "chat_type",
                0);
    }

    private static Set<String> ids(Org org, JsonNode list) {
        Set<String> ids = new LinkedHashSet<>();
        list.values().forEach(id -> ids.add(id(org, id.asString(""))));
        return ids;
    }

    /** The id as the contacts spell it: WeCom compares without case. */
    private static String id(Org org, String asked) {
        return org.person(asked).map(Person::userId).orElse(asked.toLowerCase(Locale.ROOT));
    }

    /** A name beyond 50 characters is cut without a word (path/90245). */
    private String named(Org org, Room room, Call call) {
        String name = call.text("name");
        if (name.codePointCount(0, name.length()) <= 50) {
            return name;
        }
        world.drop(org, call.endpoint(), "the name was cut at 50 characters", room.roomId);
        return name.substring(0, name.offsetByCodePoints(0, 50));
    }
}
