package io.warroom.simulator.lark;

import static io.warroom.simulator.lark.LarkApi.error;
import static io.warroom.simulator.lark.LarkApi.ok;

import io.warroom.simulator.witness.Answer;
import io.warroom.simulator.witness.Call;
import io.warroom.simulator.witness.Org;
import io.warroom.simulator.witness.Person;
import io.warroom.simulator.witness.Room;
import io.warroom.simulator.witness.Unsettled;
import io.warroom.simulator.witness.World;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Chats: made once a uuid and owner within ten hours, read, renamed, dissolved. */
final class Chats {
    private static final Duration WINDOW = Duration.ofHours(10);
    /** Characters, by the page; the vendor's own tool enforces them. */
    private static final int ADVISED_NAME = 60;

    private static final int ADVISED_DESCRIPTION = 100;

    /** What a chat is unless it is told otherwise, which is taken and not kept (chat/create). */
    private static final Map<String, Object> USUAL = Map.ofEntries(
            Map.entry("avatar", ""),
            Map.entry("i18n_names", Map.of()),
            Map.entry("chat_mode", "group"),
            Map.entry("chat_type", "private"),
            Map.entry("chat_tag", "inner"),
            Map.entry("group_message_type", "chat"),
            Map.entry("urgent_setting", "all_members"),
            Map.entry("video_conference_setting", "all_members"),
            Map.entry("add_member_permission", "all_members"),
            Map.entry("share_card_permission", "allowed"),
            Map.entry("at_all_permission", "all_members"),
            Map.entry("edit_permission", "all_members"),
            Map.entry("join_message_visibility", "all_members"),
            Map.entry("leave_message_visibility", "all_members"),
            Map.entry("membership_approval", "no_approval_required"),
            Map.entry("moderation_permission", "all_members"),
            Map.entry("hide_member_count_setting", "all_members"),
            Map.entry("restricted_mode_setting", Map.of("status", false)));

    private final World world;

    Chats(World world) {
        this.world = world;
    }

    Answer create(Org org, Call call) {
        String uuid = call.query("uuid");
        Set<String> people = ids(call.body().path("user_id_list"));
        String owner = call.text("owner_id");
        String name = call.text("name");
        if (uuid.length() > 50
                || people.size() > 50
                || call.body().path("bot_id_list").size() > 5) {
            return error(232001, "uuid of at most 50 characters, 50 ids of users, 5 of bots");
        }
        if (tooLong(org, call)) {
            return error(232001, "name of at most 60 characters, description of at most 100");
        }
        if (call.text("chat_type").equals("public") && name.length() < 2) {
            return name.isEmpty()
                    ? error(232042, "a public chat needs a name")
                    : error(232020, "the name of a public chat is too short");
        }
        String key = uuid + "\n" + owner;
        Room known = uuid.isEmpty() ? null : world.byKey(org, key);
        Answer repeated = known == null || !known.createdAt.plus(WINDOW).isAfter(world.now())
                ? null
                : repeated(org, key, known, call);
        if (repeated != null) {
            return repeated;
        }
        IdType type = IdType.of(call);
        if (!owner.isEmpty()) {
            people.add(owner);
        }
        for (String id : people) {
            boolean refusedAsParameter = id.equals(owner) || org.goes(Unsettled.BAD_MEMBER, "REFUSED_AS_PARAMETER");
            if (IdType.person(type, org, id).isEmpty() && refusedAsParameter) {
                return error(type.unknown, "id does not exist: " + id);
            }
        }
        if (people.stream()
                .anyMatch(id ->
                        IdType.person(type, org, id).filter(Person::resigned).isPresent())) {
            return error(232022, "a user has resigned");
        }
        List<Person> members = people.stream()
                .flatMap(id -> IdType.person(type, org, id).stream())
                .filter(Person::visible)
                .toList();
        if (members.size() < people.size()) {
            return error(232043, "the list holds ids that cannot be used");
        }
        Room room = world.room(org, "oc_" + World.id(), uuid);
        if (!uuid.isEmpty()) {
            world.remember(key, room);
        }
        room.madeBy = call.body().toString();
        room.name = name;
        room.description = call.text("description");
        room.ownerId = IdType.person(type, org, owner).map(Person::userId).orElse("");
        members.forEach(member -> room.members.add(member.userId()));
        return ok(describe(room, type));
    }

    /** Null stands for a chat of its own. */
    private static @Nullable Answer repeated(Org org, String key, Room known, Call call) {
        IdType type = IdType.of(call);
        boolean changed =
                !known.madeBy.equals(call.body().toString()) && !org.goes(Unsettled.CHANGED_REPEAT, "IGNORED");
        if (changed) {
            return org.goes(Unsettled.CHANGED_REPEAT, "ERROR") ? error(232001, "uuid was used for another chat") : null;
        }
        return switch (org.way(Unsettled.REPEATED_UUID)) {
            case "ERROR" -> error(232001, "uuid was used");
            case "NEW_ROOM" -> null;
            case "IN_PROGRESS_232068" ->
                org.inProgress.add(key) ? error(232068, "the chat is being created") : ok(describe(known, type));
            default -> ok(describe(known, type));
        };
    }

    private static boolean tooLong(Org org, Call call) {
        String name = call.text("name");
        String description = call.text("description");
        return org.goes(Unsettled.LONG_NAME, "REFUSED")
                && (name.codePointCount(0, name.length()) > ADVISED_NAME
                        || description.codePointCount(0, description.length()) > ADVISED_DESCRIPTION);
    }

    Answer get(Org org, String chatId, Call call) {
        Room room = world.room(org, chatId);
        return room == null ? error(232006, "invalid chat_id") : ok(describe(room, IdType.of(call)));
    }

    Answer list(Org org, Call call) {
        boolean activeFirst = call.query("sort_type").equals("ByActiveTimeDesc");
        // A third party found chats missing from the list.
        boolean whole = org.goes(Unsettled.CHAT_LIST, "COMPLETE");
        List<Room> oldestFirst =
                org.rooms().stream().filter(room -> whole && !room.dissolved).toList();
        List<Room> rooms = activeFirst
                ? oldestFirst.reversed().stream()
                        .sorted(Comparator.comparing(Chats::active).reversed())
                        .toList()
                : oldestFirst;
        Page page = Page.of(call, 20, 100);
        if (page == null) {
            return error(232001, "bad page_size or page_token");
        }
        List<Map<String, Object>> items = page.of(rooms).stream()
                .map(room -> describe(room, IdType.of(call)))
                .toList();
        boolean more = page.end() < rooms.size();
        return ok(Map.of("items", items, "has_more", more, "page_token", more ? String.valueOf(page.end()) : ""));
    }

    private static Instant active(Room room) {
        return room.messages.isEmpty()
                ? room.createdAt
                : Instant.parse(room.messages.getLast().at());
    }

    Answer update(Org org, String chatId, Call call) {
        Room room = world.room(org, chatId);
        if (room == null || room.dissolved) {
            return missing(room);
        }
        if (tooLong(org, call)) {
            return error(232001, "name of at most 60 characters, description of at most 100");
        }
        String owner = IdType.person(IdType.of(call), org, call.text("owner_id"))
                .map(Person::userId)
                .orElse("");
        if (!call.text("owner_id").isEmpty() && !room.members.contains(owner)) {
            return error(232001, "the new owner is not in the chat");
        }
        if (!owner.isEmpty() && !controlled(org, room)) {
            return error(232002, "the bot does not own the chat: it may change name and description alone");
        }
        room.ownerId = owner.isEmpty() ? room.ownerId : owner;
        room.name = call.body().has("name") ? call.text("name") : room.name;
        room.description = call.body().has("description") ? call.text("description") : room.description;
        return ok(Map.of());
    }

    Answer dissolve(Org org, String chatId) {
        Room room = world.room(org, chatId);
        if (room == null || room.dissolved) {
            return missing(room);
        }
        if (!controlled(org, room)) {
            return error(232017, "the bot does not own the chat");
        }
        room.dissolved = true;
        return ok(Map.of());
    }

    /** The bot has made every chat, so it has an owner's rights when it owns it, or may act as its owner. */
    private static boolean controlled(Org org, Room room) {
        return room.ownerId.isEmpty() || Scopes.granted(org, Scopes.OPERATE_AS_OWNER);
    }

    static Answer missing(@Nullable Room room) {
        return room == null ? error(232006, "invalid chat_id") : error(232009, "the chat was dissolved");
    }

    static Set<String> ids(JsonNode list) {
        Set<String> ids = new LinkedHashSet<>();
        list.values().forEach(id -> ids.add(id.asString("")));
        return ids;
    }

    static Map<String, Object> describe(Room room, IdType type) {
        Map<String, Object> chat = new LinkedHashMap<>();
        chat.put("chat_id", room.roomId);
        chat.put("name", room.name.isEmpty() ? "(no subject)" : room.name);
        chat.put("description", room.description);
        if (!room.ownerId.isEmpty()) {
            chat.put("owner_id", IdType.write(type, room.ownerId));
            chat.put("owner_id_type", type.name().toLowerCase(Locale.ROOT));
        }
        chat.putAll(USUAL);
        chat.put("chat_status", room.dissolved ? "dissolved" : "normal");
        chat.put("user_count", String.valueOf(room.members.size()));
        chat.put("bot_count", "1");
        chat.put("external", false);
        chat.put("tenant_key", room.org.tenantId);
        return chat;
    }
}
