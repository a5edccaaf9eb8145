package io.warroom.simulator.dingtalk;

import static io.warroom.simulator.dingtalk.DingtalkApi.legacyError;
import static io.warroom.simulator.dingtalk.DingtalkApi.legacyOk;
import static io.warroom.simulator.dingtalk.DingtalkApi.v1Error;
import static io.warroom.simulator.dingtalk.DingtalkApi.v1Ok;

import io.warroom.simulator.witness.Answer;
import io.warroom.simulator.witness.Call;
import io.warroom.simulator.witness.Json;
import io.warroom.simulator.witness.Org;
import io.warroom.simulator.witness.Room;
import io.warroom.simulator.witness.Unsettled;
import io.warroom.simulator.witness.World;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** The two ways by which a robot posts into a scenario group. */
final class RobotMessages {
    private final World world;

    RobotMessages(World world) {
        this.world = world;
    }

    Answer sendByAssistant(Org org, Call call) {
        String group = call.text("target_open_conversation_id");
        String robot = call.text("robot_code");
        String template = call.text("msg_template_id");
        if (group.isEmpty()) {
            return legacyError(660001, "target_open_conversation_id is blank");
        }
        if (robot.isEmpty()) {
            return legacyError(660002, "robot_code is blank");
        }
        if (template.isEmpty()) {
            return legacyError(660027, "msg_template_id is blank");
        }
        if (!robot.equals(org.app("robotId"))) {
            return legacyError(660014, "robot not found");
        }
        Room room = world.room(org, group);
        if (room == null || room.dissolved) {
            return legacyError(660015, "group not found");
        }
        if (SceneGroups.settling(world, room)) {
            return legacyError(org.number(Unsettled.SETTLING_MESSAGE), "the group is still being set up");
        }
        if (!MessageParts.isTemplate(template)) {
            return legacyError(660024, "message template not found");
        }
        // The page says a string; the vendor's SDK 2.0.0 unfolds what looks like an object unless
        // setUseJsonString(true).
        JsonNode given = call.body().path("msg_param_map");
        JsonNode parameters = given.isObject() ? given : Json.object(call.text("msg_param_map"));
        if (parameters.isMissingNode()) {
            return legacyError(660025, "msg_param_map is not a JSON object in a string");
        }
        if (!MessageParts.hasParts(template, parameters)) {
            return legacyError(660020, "msg_param_map lacks a parameter of the template");
        }
        if (!takes(org, room)) {
            return DingtalkApi.legacySubError("90018", "too many messages into the group");
        }
        var message = world.post(room, template, text(parameters), call.body().toString());
        return legacyOk(Map.of(org.way(Unsettled.SUCCESS_FLAG), true, "open_msg_id", message.messageId()));
    }

    private boolean takes(Org org, Room room) {
        int most = org.number(Unsettled.GROUP_MESSAGES);
        return most == 0
                || org.meter
                        .take(world.now(), "into " + room.roomId, 1, most, Duration.ofMinutes(1))
                        .isZero();
    }

    Answer sendByRobot(Org org, Call call) {
        String robot = call.text("robotCode");
        if (robot.isEmpty()) {
            return v1Error(400, "invalidParameter.robotCode.empty", "robotCode is blank");
        }
        if (!robot.equals(org.app("robotId"))) {
            return v1Error(400, "invalidParameter.robotCode.notExsit", "no such robot");
        }
        if (org.goes(Unsettled.TEMPLATE_ROBOT, "REFUSED")) {
            return v1Error(400, "invalidParameter.robotCode.auth", "a template's robot posts by another call");
        }
        Room room = world.room(org, call.text("openConversationId"));
        if (room == null) {
            return v1Error(400, "invalid.openConversationId", "no such group");
        }
        if (room.dissolved) {
            return v1Error(400, "group.disbanded", "the group was dissolved");
        }
        if (SceneGroups.settling(world, room)) {
            return v1Error(400, "robotNotFound", "the robot is not in the group");
        }
        if (!MessageParts.isKey(call.text("msgKey"))) {
            return v1Error(400, "invalidParameter.msgKey.invalid", "unknown msgKey");
        }
        String raw = call.text("msgParam");
        if (raw.getBytes(StandardCharsets.UTF_8).length > 15_000) {
            return v1Error(400, "invalidParameter.msgParam.tooLong", "msgParam has more than 15000 bytes");
        }
        JsonNode parameters = Json.object(raw);
        if (parameters.isMissingNode() || !MessageParts.hasParts(call.text("msgKey"), parameters)) {
            return v1Error(400, "invalidParameter.msgParam.invalid", "msgParam is not what the msgKey needs");
        }
        if (!takes(org, room)) {
            return v1Error(400, "send.too.fast", "too many messages into the group");
        }
        var message = world.post(
                room, call.text("msgKey"), text(parameters), call.body().toString());
        return v1Ok(Map.of("processQueryKey", message.messageId()));
    }

    /** At most 20 messages at once; those that are not there are not told of (the fields' names by the SDK 2.2.43). */
    Answer recall(Org org, Call call) {
        Room room = world.room(org, call.text("openConversationId"));
        if (room == null) {
            return v1Error(400, "invalid.openConversationId", "no such group");
        }
        if (!call.text("robotCode").equals(org.app("robotId"))) {
            return v1Error(400, "invalidParameter.robotCode.notExsit", "no such robot");
        }
        List<String> keys = call.body()
                .path("processQueryKeys")
                .valueStream()
                .map(key -> key.asString(""))
                .toList();
        if (keys.isEmpty() || keys.size() > 20) {
            return v1Error(400, "parameter.invalid", "1 to 20 processQueryKeys");
        }
        List<String> recalled = keys.stream()
                .filter(key ->
                        room.messages.removeIf(message -> message.messageId().equals(key)))
                .toList();
        Map<String, String> failed = keys.stream()
                .filter(key -> !recalled.contains(key))
                .collect(Collectors.toMap(key -> key, _ -> "no such message", (one, _) -> one));
        return v1Ok(Map.of("successResult", recalled, "failedResult", failed));
    }

    /** The app's robot, whose code is the client id, writes to people; the group template's robot cannot (creation-and-installation-of-swarm-template-robots). */
    Answer sendToPeople(Org org, Call call) {
        String robot = call.text("robotCode");
        if (!robot.equals(org.app("clientId"))) {
            return robot.isEmpty()
                    ? v1Error(400, "invalidParameter.robotCode.empty", "robotCode is blank")
                    : v1Error(400, "invalidParameter.robotCode.auth", "the robot writes to nobody alone");
        }
        List<String> users = call.body()
                .path("userIds")
                .valueStream()
                .map(id -> id.asString(""))
                .distinct()
                .toList();
        int most = org.number(Unsettled.ROBOT_RECEIVERS);
        if (users.isEmpty() || users.size() > most) {
            return v1Error(400, "parameter.invalid", "1 to " + most + " userIds");
        }
        if (!MessageParts.isKey(call.text("msgKey"))) {
            return v1Error(400, "invalidParameter.msgKey.invalid", "unknown msgKey");
        }
        JsonNode parameters = Json.object(call.text("msgParam"));
        if (parameters.isMissingNode() || !MessageParts.hasParts(call.text("msgKey"), parameters)) {
            return v1Error(400, "invalidParameter.msgParam.invalid", "msgParam is not what the msgKey needs");
        }
        List<String> reached =
                users.stream().filter(id -> org.visible(id).isPresent()).toList();
        List<String> invalid =
                users.stream().filter(id -> org.visible(id).isEmpty()).toList();
        String key = reached.isEmpty()
                ? World.id()
                : world.direct(org, reached, call.text("msgKey"), text(parameters), World.id())
                        .message()
                        .messageId();
        return v1Ok(
                Map.of("processQueryKey", key, "invalidStaffIdList", invalid, "flowControlledStaffIdList", List.of()));
    }

    static String text(JsonNode parameters) {
        return Stream.of("title", "content", "markdown_content", "markdown", "text")
                .map(field -> parameters.path(field).asString(""))
                .filter(part -> !part.isBlank())
                .collect(Collectors.joining("\n"));
    }
}
