package io.warroom.simulator.lark;

import io.warroom.simulator.witness.Answer;
import io.warroom.simulator.witness.Org;
import io.warroom.simulator.witness.World;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The scopes of the app, and which calls need any one of which. */
final class Scopes {
    /** By which an employee's id in the tenant may be named. */
    static final String EMPLOYEE_ID = "contact:user.employee_id:readonly";

    /** By which the bot keeps control of a chat that it made and a person owns. */
    static final String OPERATE_AS_OWNER = "im:chat:operate_as_owner";

    /** What an app has unless the switch withholds it: the smallest set for war rooms, and reading, controlling and dissolving chats. */
    static final List<String> ALL = List.of(
            "im:chat:create",
            "im:chat.members:write_only",
            "im:chat.members:read",
            "im:chat:read",
            "im:chat:update",
            "im:chat:delete",
            OPERATE_AS_OWNER,
            "im:message:send_as_bot",
            "im:message.pins:write_only",
            "im:message.urgent",
            "im:message.urgent:sms",
            "im:message.urgent:phone",
            "im:chat.managers:write_only",
            "im:chat.top_notice:write_only",
            "contact:user.id:readonly",
            EMPLOYEE_ID,
            "application:application:self_manage");

    private static final List<String> READ =
            List.of("im:chat", "im:chat:readonly", "im:chat:read", "im:chat.group_info:readonly");

    private static final Map<String, List<String>> NEEDED = Map.ofEntries(
            Map.entry("application/v6/applications/me", List.of("application:application:self_manage")),
            Map.entry("im/v1/chats", List.of("im:chat", "im:chat:create")),
            Map.entry(
                    "GET im/v1/chats",
                    List.of("im:chat", "im:chat:readonly", "im:chat:read", "im:chat.group_info:readonly")),
            Map.entry(
                    "GET im/v1/chats/:chat_id",
                    List.of("im:chat", "im:chat:readonly", "im:chat:read", "im:chat.group_info:readonly")),
            Map.entry("PUT im/v1/chats/:chat_id", List.of("im:chat", "im:chat:update")),
            Map.entry("DELETE im/v1/chats/:chat_id", List.of("im:chat", "im:chat:delete")),
            Map.entry("im/v1/chats/:chat_id/members", List.of("im:chat", "im:chat.members:write_only")),
            Map.entry("DELETE im/v1/chats/:chat_id/members", List.of("im:chat", "im:chat.members:write_only")),
            Map.entry(
                    "GET im/v1/chats/:chat_id/members",
                    List.of("im:chat", "im:chat:readonly", "im:chat.group_info:readonly", "im:chat.members:read")),
            Map.entry("GET im/v1/chats/search", READ),
            Map.entry("GET im/v1/chats/:chat_id/members/is_in_chat", READ),
            Map.entry("im/v1/chats/:chat_id/managers/add_managers", List.of("im:chat", "im:chat.managers:write_only")),
            Map.entry("im/v1/chats/:chat_id/link", List.of("im:chat", "im:chat:read", "im:chat:readonly")),
            Map.entry(
                    "im/v1/chats/:chat_id/top_notice/put_top_notice",
                    List.of("im:chat", "im:chat.top_notice:write_only")),
            Map.entry("im/v1/pins", List.of("im:message", "im:message.pins:write_only", "im:message:send_as_bot")),
            Map.entry("PATCH im/v1/messages/:message_id", List.of("im:message", "im:message:send_as_bot")),
            Map.entry("PATCH im/v1/messages/:message_id/urgent_app", List.of("im:message.urgent")),
            Map.entry("PATCH im/v1/messages/:message_id/urgent_sms", List.of("im:message.urgent:sms")),
            Map.entry("PATCH im/v1/messages/:message_id/urgent_phone", List.of("im:message.urgent:phone")),
            Map.entry("im/v1/messages", List.of("im:message", "im:message:send_as_bot", "im:message:send")),
            Map.entry("contact/v3/users/batch_get_id", List.of("contact:user.id:readonly")));

    private Scopes() {}

    static boolean granted(Org org, String scope) {
        return ALL.contains(scope) && !org.switches.withheldScopes().contains(scope);
    }

    /** Gives the refusal when the app has none of the scopes that open the endpoint, else null. */
    static @Nullable Answer refusal(Org org, String endpoint) {
        List<String> needed = NEEDED.getOrDefault(endpoint, List.of());
        return needed.isEmpty() || needed.stream().anyMatch(scope -> granted(org, scope)) ? null : lacking(needed);
    }

    static Answer lacking(List<String> needed) {
        String logId = World.id();
        Map<String, Object> error = Map.of(
                "log_id",
                logId,
                "permission_violations",
                needed.stream()
                        .map(scope -> Map.of("type", "action_scope_required", "subject", scope))
                        .toList());
        String why = "Access denied. One of the following scopes is required: " + needed;
        return Answer.json(400, Map.of("code", 99991672, "msg", why, "error", error), true)
                .with("X-Tt-Logid", logId);
    }
}
