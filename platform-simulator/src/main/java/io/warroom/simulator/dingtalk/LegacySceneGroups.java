package io.warroom.simulator.dingtalk;

import static io.warroom.simulator.dingtalk.DingtalkApi.legacyError;
import static io.warroom.simulator.dingtalk.DingtalkApi.legacyOk;

import io.warroom.simulator.witness.Answer;
import io.warroom.simulator.witness.Call;
import io.warroom.simulator.witness.Org;
import io.warroom.simulator.witness.Room;
import io.warroom.simulator.witness.World;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Scenario groups by the legacy calls, which still work for the apps that hold them: people are a comma-joined text, and the
 * codes are numbers (create-a-scene-group-v2, add-people-to-scene-group, 2026-05-13).
 */
final class LegacySceneGroups {
    private static final int MOST_IN_A_CREATE = 999;
    private static final int MOST_IN_A_CALL = 100;

    private final World world;
    private final SceneGroups groups;

    LegacySceneGroups(World world, SceneGroups groups) {
        this.world = world;
        this.groups = groups;
    }

    Answer create(Org org, Call call) {
        Call asV1 = asV1(call);
        if (asV1.body().path("user_ids").size() > MOST_IN_A_CREATE) {
            return legacyError(40035, "at most " + MOST_IN_A_CREATE + " user_ids");
        }
        Answer answer = groups.create(org, asV1);
        return answer.failed() ? refused(answer, 50002) : legacyOk(Map.of("success", true, "result", answer.body()));
    }

    Answer update(Org org, Call call) {
        return done(groups.update(org, asV1(call)));
    }

    Answer add(Org org, Call call) {
        Call asV1 = asV1(call);
        return tooMany(asV1) ? legacyError(40035, "at most 100 user_ids") : done(groups.add(org, asV1));
    }

    Answer remove(Org org, Call call) {
        Call asV1 = asV1(call);
        return tooMany(asV1) ? legacyError(40035, "at most 100 user_ids") : done(groups.remove(org, asV1));
    }

    Answer get(Org org, Call call) {
        Room room = world.room(org, call.text("open_conversation_id"));
        if (room == null || room.dissolved) {
            return legacyError(660023, "no such group");
        }
        return legacyOk(Map.of(
                "success",
                true,
                "result",
                Map.of(
                        "open_conversation_id",
                        room.roomId,
                        "title",
                        room.name,
                        "template_id",
                        org.app("groupTemplateId"),
                        "owner_staff_id",
                        room.ownerId,
                        "member_amount",
                        room.members.size(),
                        "sub_admin_staff_ids",
                        List.of(),
                        "group_url",
                        SceneGroups.url(room))));
    }

    /** Puts the template on a group or takes it off, which changes nothing that is simulated (enable-a-group-template). */
    Answer template(Org org, Call call) {
        Room room = world.room(org, call.text("open_conversation_id"));
        if (room == null || room.dissolved) {
            return legacyError(660023, "no such group");
        }
        if (!call.text("template_id").equals(org.app("groupTemplateId"))) {
            return legacyError(665036, "no such group template");
        }
        return call.text("owner_user_id").equals(room.ownerId)
                ? legacyOk(Map.of("success", true))
                : legacyError(660036, "owner_user_id is not the group's owner");
    }

    private static boolean tooMany(Call asV1) {
        return asV1.body().path("user_ids").size() > MOST_IN_A_CALL;
    }

    private static Answer done(Answer answer) {
        return answer.failed() ? refused(answer, 400020) : legacyOk(Map.of("success", true));
    }

    /** The page's table of codes, v1.0 beside legacy; {@code notAllowed} is what a missing right is called in this call. */
    private static Answer refused(Answer answer, int notAllowed) {
        Map<?, ?> body = (Map<?, ?>) answer.body();
        int code = switch (String.valueOf(body.get("code"))) {
            case "member.exceed" -> 665033;
            case "groupTemplate.notFound" -> 665036;
            case "permession.checkFailed", "robotNotFound" -> notAllowed;
            case "member.notFound" -> 660041;
            case "invalidOpenConversationId", "groupDisbang" -> 660023;
            case "system.error" -> 400001;
            default -> 40035;
        };
        return legacyError(code, String.valueOf(body.get("message")));
    }

    private static Call asV1(Call call) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        call.body().properties().forEach(field -> body.set(field.getKey(), field.getValue()));
        ArrayNode people = body.putArray("user_ids");
        Stream.of(call.text("user_ids").split(",", -1))
                .filter(id -> !id.isBlank())
                .forEach(people::add);
        return call.with(body);
    }
}
