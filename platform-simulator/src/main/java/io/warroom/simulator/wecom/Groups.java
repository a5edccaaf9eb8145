package io.warroom.simulator.wecom;

import static io.warroom.simulator.wecom.WecomApi.error;
import static io.warroom.simulator.wecom.WecomApi.ok;

import io.warroom.simulator.witness.Answer;
import io.warroom.simulator.witness.Call;
import io.warroom.simulator.witness.Org;
import io.warroom.simulator.witness.Person;
import io.warroom.simulator.witness.Room;
import io.warroom.simulator.witness.Switches;
import io.warroom.simulator.witness.World;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** The group chats of an app ({@code appchat}): made once a chatid, read, changed, written into, never dissolved. */
final class Groups {
    private final World world;
    private final Limits limits;

    Groups(World world, Limits limits) {
        this.world = world;
        this.limits = limits;
    }

    Answer create(Org org, Call call) {
        Set<String> people = ids(org, call.body().path("userlist"));
        String chatId = call.text("chatid");
        if (people.size() < 2 || people.size() > 2000) {
            return error(86006, "invalid chat member list size");
        }
        if (!chatId.isEmpty() && !chatId.matches("[0-9a-zA-Z]{1,32}")) {
            return error(40050, "invalid chatid");
        }
        if (isTaken(org, chatId)) {
            return error(86215, "chatid existed");
        }
        if (people.stream().anyMatch(id -> org.person(id).isEmpty())) {
            return error(org.switches.unknownMember(), "invalid member in list");
        }
        if (people.stream().anyMatch(id -> org.visible(id).isEmpty())) {
            return error(org.switches.invisibleMember(), "no privilege to access a member in the list");
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

    private boolean isTaken(Org org, String chatId) {
        if (org.switches.foreignChats().contains(chatId)) {
            return true;
        }
        Room room = chatId.isEmpty() ? null : world.room(org, chatId);
        if (room != null && room.dissolved && org.switches.dissolvedChat() == Switches.DissolvedChat.FREE) {
            world.forget(room);
            return false;
        }
        return room != null;
    }

    Answer get(Org org, Call call) {
        return withRoom(org, call.query("chatid"), room -> ok(Map.of("chat_info", describe(room))));
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
        if (added.stream()
                .anyMatch(id -> org.person(id).isPresent() && org.visible(id).isEmpty())) {
            return error(org.switches.invisibleMember(), "no privilege to access a member in the list");
        }
        if (added.stream().anyMatch(id -> org.person(id).isEmpty()) || !room.members.containsAll(removed)) {
            return error(86216, "invalid member");
        }
        if (org.switches.existingMember() == Switches.ExistingMember.ERROR
                && added.stream().anyMatch(room.members::contains)) {
            return error(86216, "somebody is in the group already");
        }
        String owner = id(org, call.text("owner"));
        Set<String> after = new LinkedHashSet<>(room.members);
        after.addAll(added);
        after.removeAll(removed);
        if ((!owner.isEmpty() && !after.contains(owner)) || (owner.isEmpty() && removed.contains(room.ownerId))) {
            return error(86207, "owner not in member list");
        }
        if (after.size() > 2000) {
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
        if (!Set.of("text", "markdown", "textcard", "news").contains(type)) {
            return error(40008, "invalid message type");
        }
        String text = Text.of(part);
        if (text.isBlank()) {
            return error(44004, "empty content");
        }
        if (text.getBytes(StandardCharsets.UTF_8).length > Text.MOST_BYTES) {
            return error(40058, type + ".content exceed max length 2048");
        }
        if (org.switches.limits()) {
            if (!limits.takeMessage(org, room)) {
                return WecomApi.tooOften();
            }
            if (!limits.reachesAnybody(org, room)) {
                return ok(Map.of());
            }
        }
        world.post(room, type, text, call.body().toString());
        return ok(Map.of());
    }

    private Answer withRoom(Org org, String chatId, Function<Room, Answer> use) {
        if (org.switches.foreignChats().contains(chatId)) {
            return error(86008, "the group was not made by this app");
        }
        Room room = world.room(org, chatId);
        return room == null || room.dissolved ? error(org.switches.unknownChat(), "chatid invalid") : use.apply(room);
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
