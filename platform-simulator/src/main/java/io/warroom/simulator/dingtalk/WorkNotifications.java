package io.warroom.simulator.dingtalk;

import static io.warroom.simulator.dingtalk.DingtalkApi.legacyError;
import static io.warroom.simulator.dingtalk.DingtalkApi.legacyOk;

import io.warroom.simulator.witness.Answer;
import io.warroom.simulator.witness.Call;
import io.warroom.simulator.witness.DirectMessage;
import io.warroom.simulator.witness.Org;
import io.warroom.simulator.witness.Org.Notification;
import io.warroom.simulator.witness.Person;
import io.warroom.simulator.witness.Unsettled;
import io.warroom.simulator.witness.World;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The app's messages to people, and what became of them ({@code topapi/message/corpconversation}). What is beyond a limit is dropped, and the call succeeds. */
final class WorkNotifications {
    private static final int MOST_PEOPLE = 100;
    private static final int MOST_DEPARTMENTS = 20;
    private static final int MOST_BYTES = 2048;
    private static final int A_DAY = 500;
    private static final int A_MINUTE = 5_000;
    private static final Set<String> TYPES = Set.of("text", "markdown", "link", "oa", "action_card");

    private final World world;

    WorkNotifications(World world) {
        this.world = world;
    }

    Answer send(Org org, Call call) {
        if (!isAgent(org, call)) {
            return legacyError(org.number(Unsettled.UNKNOWN_AGENT), "no such agent_id");
        }
        List<String> users = list(call, "userid_list");
        List<String> departments = list(call, "dept_id_list");
        boolean everybody = call.body().path("to_all_user").asBoolean(false);
        if (users.size() > MOST_PEOPLE || departments.size() > MOST_DEPARTMENTS) {
            return legacyError(40035, "at most 100 people and 20 departments");
        }
        if (users.isEmpty() && departments.isEmpty() && !everybody) {
            return legacyError(40035, "userid_list, dept_id_list and to_all_user are all empty");
        }
        JsonNode message = call.body().path("msg");
        String type = message.path("msgtype").asString("");
        if (!TYPES.contains(type)
                || !message.path(type).isObject()
                || !MessageParts.hasParts(type, message.path(type))) {
            return legacyError(40035, "bad msg");
        }
        String raw = message.toString();
        if (raw.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
            return legacyError(40035, "msg has more than 2048 bytes");
        }
        Set<String> people = new LinkedHashSet<>();
        List<String> invalid = new ArrayList<>();
        users.forEach(id -> org.visible(id).map(Person::userId).ifPresentOrElse(people::add, () -> invalid.add(id)));
        if (everybody || departments.contains("1")) {
            org.people().stream().filter(Person::visible).map(Person::userId).forEach(people::add);
        }
        Map<String, Integer> forbidden = new LinkedHashMap<>();
        List<String> reached = new ArrayList<>();
        for (String id : people) {
            int code = org.switches.limits() ? dropped(org, id, raw) : 0;
            if (code == 0) {
                reached.add(id);
            } else {
                forbidden.put(id, code);
                world.drop(org, call.endpoint(), "code " + code, id);
            }
        }
        long task = 256_000_000L + org.notifications.size();
        DirectMessage sent =
                reached.isEmpty() ? null : world.direct(org, reached, type, text(message.path(type)), task + raw);
        org.notifications.put(task, new Notification(reached, invalid, forbidden, sent));
        return legacyOk(Map.of("task_id", task));
    }

    /** asynchronous-sending-of-enterprise-session-messages, and the codes of getsendresult; 0 when nothing is in the way. */
    private int dropped(Org org, String id, String raw) {
        if (!org.meter
                .take(world.now(), "notified", 1, A_MINUTE, Duration.ofMinutes(1))
                .isZero()) {
            return 143103;
        }
        if (!org.meter.takeToday(world.now(), "notified " + id, A_DAY)) {
            return 143105;
        }
        return org.meter.takeToday(world.now(), "notified " + id + " " + raw, 1) ? 0 : 143106;
    }

    Answer result(Org org, Call call) {
        Notification known = find(org, call, "task_id");
        if (known == null) {
            return legacyError(40035, "no such agent_id or task_id");
        }
        List<Map<String, Object>> forbidden = new ArrayList<>();
        known.forbidden()
                .forEach((id, code) -> forbidden.add(Map.of("code", String.valueOf(code), "count", 1, "userid", id)));
        return legacyOk(Map.of(
                "send_result",
                Map.of(
                        "invalid_user_id_list", known.invalid(),
                        "forbidden_user_id_list", List.copyOf(known.forbidden().keySet()),
                        "failed_user_id_list", List.of(),
                        "read_user_id_list", List.of(),
                        "unread_user_id_list", known.reached(),
                        "forbidden_list", forbidden)));
    }

    Answer progress(Org org, Call call) {
        return find(org, call, "task_id") == null
                ? legacyError(40035, "no such agent_id or task_id")
                : legacyOk(Map.of("progress", Map.of("progress_in_percent", 100, "status", 2)));
    }

    Answer recall(Org org, Call call) {
        Notification known = find(org, call, "msg_task_id");
        if (known == null) {
            return legacyError(400002, "no such agent_id or msg_task_id");
        }
        if (known.sent() != null) {
            world.recall(org, known.sent());
        }
        return legacyOk(Map.of());
    }

    private static @Nullable Notification find(Org org, Call call, String name) {
        return isAgent(org, call) ? org.notifications.get(call.body().path(name).asLong(-1)) : null;
    }

    private static boolean isAgent(Org org, Call call) {
        return call.body().path("agent_id").asString("").equals(org.app("serviceId"));
    }

    private static String text(JsonNode part) {
        return part.path("head").isObject()
                ? RobotMessages.text(part.path("head")) + RobotMessages.text(part.path("body"))
                : RobotMessages.text(part);
    }

    private static List<String> list(Call call, String field) {
        return Stream.of(call.text(field).split(",", -1))
                .filter(id -> !id.isBlank())
                .distinct()
                .toList();
    }
}
