package io.warroom.simulator.dingtalk;

import static io.warroom.simulator.dingtalk.DingtalkApi.v1Error;
import static io.warroom.simulator.dingtalk.DingtalkApi.v1Ok;

import io.warroom.simulator.witness.Answer;
import io.warroom.simulator.witness.Call;
import io.warroom.simulator.witness.Org;
import io.warroom.simulator.witness.Room;
import io.warroom.simulator.witness.Unsettled;
import io.warroom.simulator.witness.World;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Scenario groups: made from the template, owned by a visible person, at most 1000 members. */
final class SceneGroups {
    private static final int MAX_MEMBERS = 1000;

    private static final Map<String, Duration> WINDOWS =
            Map.of("A_DAY", Duration.ofDays(1), "A_MINUTE", Duration.ofMinutes(1));

    private final World world;

    SceneGroups(World world) {
        this.world = world;
    }

    Answer create(Org org, Call call) {
        String title = call.text("title");
        if (title.isBlank() || title.codePointCount(0, title.length()) > 30) {
            return v1Error(400, "parameter.invalid", "title must have 1 to 30 characters");
        }
        if (!call.text("template_id").equals(org.app("groupTemplateId"))) {
            return v1Error(400, "groupTemplate.notFound", "no such group template");
        }
        String owner = call.text("owner_user_id");
        Set<String> people = new LinkedHashSet<>(Set.of(owner));
        people.addAll(ids(call.body().path("user_ids")));
        String uuid = call.text("uuid");
        Room known = uuid.isEmpty() ? null : world.byKey(org, uuid);
        Answer repeated = known == null ? null : repeated(org, known, call);
        if (repeated != null) {
            return repeated;
        }
        if (org.goes(Unsettled.GROUP_QUOTA, "USED_UP")) {
            // As one user reports of ordinary groups, of which an organisation has 1000.
            return v1Error(500, "system.error", "code 1002: too many groups");
        }
        skipBad(org, people, owner);
        Answer refused = refusal(org, people, owner);
        if (refused != null) {
            return refused;
        }
        Room room = world.room(org, "cid" + World.id() + "==", uuid);
        room.madeBy = call.body().toString();
        room.name = title;
        room.ownerId = owner;
        room.members.addAll(people);
        return created(room);
    }

    /** Null stands for a group of its own. */
    private @Nullable Answer repeated(Org org, Room known, Call call) {
        Duration window = WINDOWS.get(org.way(Unsettled.UUID_WINDOW));
        if (window != null && !known.createdAt.plus(window).isAfter(world.now())) {
            return null;
        }
        Answer used = v1Error(400, "parameter.invalid", "uuid was used");
        if (known.dissolved && !org.goes(Unsettled.DISSOLVED_UUID, "SAME_ID")) {
            return org.goes(Unsettled.DISSOLVED_UUID, "ERROR") ? missing(known) : null;
        }
        boolean changed = !known.madeBy.equals(call.body().toString());
        if (changed && !org.goes(Unsettled.CHANGED_REPEAT, "IGNORED")) {
            return org.goes(Unsettled.CHANGED_REPEAT, "ERROR") ? used : null;
        }
        return switch (org.way(Unsettled.REPEATED_UUID)) {
            case "ERROR" -> used;
            case "NEW_ROOM" -> null;
            default -> created(known);
        };
    }

    Answer add(Org org, Call call) {
        Room room = world.room(org, call.text("open_conversation_id"));
        if (room == null || room.dissolved) {
            return missing(room);
        }
        Set<String> added = ids(call.body().path("user_ids"));
        if (added.isEmpty() || added.size() > org.number(Unsettled.MOST_IN_A_BATCH)) {
            return v1Error(400, "parameter.invalid", "user_ids is empty or too long");
        }
        if (settling(world, room)) {
            return unready(org);
        }
        skipBad(org, added, "");
        Set<String> after = new LinkedHashSet<>(room.members);
        after.addAll(added);
        if (org.goes(Unsettled.EXISTING_MEMBER, "ERROR") && after.size() < room.members.size() + added.size()) {
            return v1Error(400, "parameter.invalid", "somebody is a member already");
        }
        Answer refused = refusal(org, after, room.ownerId);
        if (refused != null) {
            return refused;
        }
        room.members.addAll(added);
        return v1Ok(Map.of("success", true));
    }

    /** The page is silent about somebody who is not in the group: nothing happens. The owner is only ever handed over. */
    Answer remove(Org org, Call call) {
        Room room = world.room(org, call.text("open_conversation_id"));
        if (room == null || room.dissolved) {
            return missing(room);
        }
        Set<String> removed = ids(call.body().path("user_ids"));
        if (removed.isEmpty()
                || removed.size() > org.number(Unsettled.MOST_IN_A_BATCH)
                || removed.contains(room.ownerId)) {
            return v1Error(400, "parameter.invalid", "user_ids is empty, too long, or holds the owner");
        }
        if (settling(world, room)) {
            return unready(org);
        }
        room.members.removeAll(removed);
        return v1Ok(Map.of("success", true));
    }

    /** A reply holds up to 1000 people, and a group has no more: there is one page (query-group-members). */
    Answer members(Org org, Call call) {
        Room room = world.room(org, call.text("openConversationId"));
        if (room == null || room.dissolved) {
            return missing(room);
        }
        if (call.body().path("maxResults").asInt(0) < 1) {
            return v1Error(400, "paramBlank", "maxResults is required");
        }
        return v1Ok(Map.of("success", true, "hasMore", false, "memberUserIds", List.copyOf(room.members)));
    }

    Answer update(Org org, Call call) {
        Room room = world.room(org, call.text("open_conversation_id"));
        if (room == null || room.dissolved) {
            return missing(room);
        }
        String title = call.body().has("title") ? call.text("title") : room.name;
        String owner = call.body().has("owner_user_id") ? call.text("owner_user_id") : room.ownerId;
        if (title.isBlank() || title.codePointCount(0, title.length()) > 30) {
            return v1Error(400, "parameter.invalid", "title must have 1 to 30 characters");
        }
        if (!room.members.contains(owner)) {
            return v1Error(400, "member.notFound", "the new owner is not in the group");
        }
        room.name = title;
        room.ownerId = owner;
        return v1Ok(Map.of("success", true));
    }

    Answer query(Org org, Call call) {
        Room room = world.room(org, call.text("openConversationId"));
        if (room == null) {
            return missing(null);
        }
        return v1Ok(Map.of(
                "success",
                true,
                "templateId",
                org.app("groupTemplateId"),
                "title",
                room.name,
                "ownerUserId",
                room.ownerId,
                "groupUrl",
                url(room),
                "status",
                room.dissolved ? 2 : 1));
    }

    /** The template's robot in a group (search-group-scene-template-robot); who the robot is there, the vendor's SDK 2.2.43 names. */
    Answer robot(Org org, Call call) {
        Room room = world.room(org, call.query("openConversationId"));
        if (room == null || room.dissolved) {
            return missing(room);
        }
        if (settling(world, room) || !call.query("robotCode").equals(org.app("robotId"))) {
            return v1Error(400, "robotNotFound", "the group has no such robot");
        }
        return v1Ok(Map.of("success", true, "result", Map.of("userId", "robot", "unionId", "union-robot")));
    }

    /** Who is a sub-admin is taken and not kept (update-group-administrators). */
    Answer subAdmins(Org org, Call call) {
        Room room = world.room(org, call.text("openConversationId"));
        if (room == null || room.dissolved) {
            return missing(room);
        }
        Set<String> people = ids(call.body().path("userIds"));
        int role = call.body().path("role").asInt(0);
        if (people.isEmpty() || people.size() > 12 || (role != 2 && role != 3) || !room.members.containsAll(people)) {
            return v1Error(400, "parameter.invalid", "role 2 or 3, and at most 12 userIds who are in the group");
        }
        return v1Ok(Map.of("success", true));
    }

    /** The robots of a group: the template's alone (obtain-the-list-of-robots-in-the-group; the field's name by the SDK 2.2.43). */
    Answer robots(Org org, Call call) {
        Room room = world.room(org, call.text("openConversationId"));
        if (room == null || room.dissolved) {
            return missing(room);
        }
        return v1Ok(Map.of(
                "chatbotInstanceVOList",
                settling(world, room)
                        ? List.of()
                        : List.of(Map.of("robotCode", org.app("robotId"), "name", "Warroom", "openRobotType", 4))));
    }

    Answer disband(Org org, Call call) {
        Room room = world.room(org, call.text("openConversationId"));
        if (room == null || room.dissolved) {
            return missing(room);
        }
        room.dissolved = true;
        return v1Ok(Map.of("success", true));
    }

    /** A new group, its template and its robot are set up after the answer. */
    static boolean settling(World world, Room room) {
        return world.now().isBefore(room.createdAt.plusSeconds(room.org.switches.settlingSeconds()));
    }

    private static Answer unready(Org org) {
        return v1Error(400, org.way(Unsettled.SETTLING_CHANGE), "the group is still being set up");
    }

    private static void skipBad(Org org, Set<String> people, String owner) {
        if (org.goes(Unsettled.BAD_MEMBER, "SKIPPED")) {
            people.removeIf(id -> !id.equals(owner) && org.visible(id).isEmpty());
        }
    }

    private static @Nullable Answer refusal(Org org, Set<String> people, String owner) {
        if (org.person(owner).isEmpty()) {
            return v1Error(400, "member.notFound", "no such owner");
        }
        if (org.visible(owner).isEmpty()) {
            return v1Error(400, "permession.checkFailed", "the group owner is outside the app's visible range");
        }
        if (people.size() > MAX_MEMBERS) {
            return v1Error(400, "member.exceed", "at most " + MAX_MEMBERS + " members");
        }
        if (people.stream().anyMatch(id -> org.visible(id).isEmpty())) {
            return org.goes(Unsettled.BAD_MEMBER, "REFUSED")
                    ? v1Error(400, "member.notFound", "no such member")
                    : v1Error(400, "parameter.invalid", "bad user_ids");
        }
        return null;
    }

    private static Answer missing(@Nullable Room room) {
        return room == null
                ? v1Error(400, "invalidOpenConversationId", "no such group")
                : v1Error(400, "groupDisbang", "the group was dissolved");
    }

    /** Invites whoever follows it. */
    static String url(Room room) {
        return "https://qr.dingtalk.com/action/joingroup?code=" + room.roomId.substring(3, 35);
    }

    private static Answer created(Room room) {
        return v1Ok(Map.of("open_conversation_id", room.roomId, "chat_id", "chat" + room.roomId.substring(3, 35)));
    }

    private static Set<String> ids(JsonNode list) {
        Set<String> ids = new LinkedHashSet<>();
        list.values().forEach(id -> ids.add(id.asString("")));
        return ids;
    }
}
