package io.warroom.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.warroom.simulator.Client.Reply;
import io.warroom.simulator.witness.Json;
import io.warroom.simulator.witness.Platform;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Companies with rooms on all platforms, made through the platforms' own calls: what the page shows. */
final class Chats {
    private final Client client;

    Chats(Client client) {
        this.client = client;
    }

    /** Registers a company with the client's usual people. */
    void company(String tenant, Platform platform) throws Exception {
        company(tenant, platform, Json.object("{" + Client.PEOPLE + "}").path("people"));
    }

    /** Registers a company with people as {@code /sim/v1} takes them. */
    void company(String tenant, Platform platform, Object people) throws Exception {
        Map<String, Object> app = switch (platform) {
            case WECOM ->
                Map.of(
                        "enterpriseId",
                        "ww-" + tenant,
                        "enterpriseKey",
                        "s",
                        "addressBookKey",
                        "b",
                        "serviceId",
                        1000002);
            case DINGTALK ->
                Map.of(
                        "clientId",
                        "ding-" + tenant,
                        "clientSecret",
                        "s",
                        "groupTemplateId",
                        "t",
                        "robotId",
                        "r",
                        "serviceId",
                        42);
            case LARK -> Map.of("appId", "cli-" + tenant, "appSecret", "s");
        };
        String body = json(Map.of("platform", platform, "app", app, "people", people));
        Reply reply = client.send("PUT", "/sim/v1/tenants/" + encoded(tenant), body);
        assertThat(reply.status()).as(reply.text()).isBetween(200, 201);
    }

    /** Opens a room; gives its id. */
    String open(String tenant, Platform platform, String key, String name, List<String> people) throws Exception {
        Reply made = create(tenant, platform, key, name, people);
        assertThat(made.status()).as(made.text()).isEqualTo(200);
        return switch (platform) {
            case WECOM -> made.json().path("chatid").asString();
            case DINGTALK -> made.json().path("open_conversation_id").asString();
            case LARK -> made.json().path("data").path("chat_id").asString();
        };
    }

    /** Asks for a room; gives whatever the platform answers. */
    Reply create(String tenant, Platform platform, String key, String name, List<String> people) throws Exception {
        String token = token(tenant, platform);
        return switch (platform) {
            case WECOM ->
                client.send(
                        "POST",
                        "/wecom/cgi-bin/appchat/create?access_token=" + token,
                        json(Map.of("chatid", key, "name", name, "owner", people.getFirst(), "userlist", people)));
            case DINGTALK ->
                client.send(
                        "POST",
                        "/dingtalk/v1.0/im/sceneGroup/create",
                        json(Map.of(
                                "title",
                                name,
                                "template_id",
                                "t",
                                "owner_user_id",
                                people.getFirst(),
                                "user_ids",
                                people,
                                "uuid",
                                key)),
                        "x-acs-dingtalk-access-token",
                        token);
            case LARK ->
                client.send(
                        "POST",
                        "/lark/open-apis/im/v1/chats?uuid=" + key,
                        json(Map.of(
                                "name", name, "description", "Warroom " + tenant + "/" + key, "user_id_list", people)),
                        "Authorization",
                        "Bearer " + token);
        };
    }

    /** Posts a message in the platform's markdown. */
    void say(String tenant, Platform platform, String room, String title, String text) throws Exception {
        String token = token(tenant, platform);
        Reply sent = switch (platform) {
            case WECOM ->
                client.send(
                        "POST",
                        "/wecom/cgi-bin/appchat/send?access_token=" + token,
                        json(Map.of(
                                "chatid",
                                room,
                                "msgtype",
                                "markdown",
                                "markdown",
                                Map.of("content", "**" + title + "**\n" + text))));
            case DINGTALK ->
                client.send(
                        "POST",
                        "/dingtalk/topapi/im/chat/scencegroup/message/send_v2?access_token=" + token,
                        json(Map.of(
                                "target_open_conversation_id",
                                room,
                                "robot_code",
                                "r",
                                "msg_template_id",
                                "inner_app_template_markdown",
                                "msg_param_map",
                                json(Map.of(
                                        "title",
                                        title,
                                        "markdown_content",
                                        "**" + title + "**  \n" + text.replace("\n", "  \n"))))));
            case LARK ->
                client.send(
                        "POST",
                        "/lark/open-apis/im/v1/messages?receive_id_type=chat_id",
                        json(Map.of(
                                "receive_id",
                                room,
                                "msg_type",
                                "interactive",
                                "content",
                                json(Map.of(
                                        "header",
                                        Map.of("title", Map.of("tag", "plain_text", "content", title)),
                                        "elements",
                                        List.of(Map.of("tag", "markdown", "content", text)))))),
                        "Authorization",
                        "Bearer " + token);
        };
        assertThat(sent.status()).as(sent.text()).isEqualTo(200);
    }

    void rename(String tenant, Platform platform, String room, String name) throws Exception {
        String token = token(tenant, platform);
        Reply renamed = switch (platform) {
            case WECOM ->
                client.send(
                        "POST",
                        "/wecom/cgi-bin/appchat/update?access_token=" + token,
                        json(Map.of("chatid", room, "name", name)));
            case DINGTALK ->
                client.send(
                        "POST",
                        "/dingtalk/v1.0/im/sceneGroup/update",
                        json(Map.of("open_conversation_id", room, "title", name)),
                        "x-acs-dingtalk-access-token",
                        token);
            case LARK ->
                client.send(
                        "PUT",
                        "/lark/open-apis/im/v1/chats/" + room,
                        json(Map.of("name", name)),
                        "Authorization",
                        "Bearer " + token);
        };
        assertThat(renamed.status()).as(renamed.text()).isEqualTo(200);
    }

    void dissolve(String tenant, Platform platform, String room) throws Exception {
        Reply dissolved = client.send(
                "POST",
                "/sim/v1/tenants/" + encoded(tenant) + "/" + platform + "/dissolve",
                json(Map.of("roomId", room)));
        assertThat(dissolved.status()).as(dissolved.text()).isEqualTo(200);
    }

    private String token(String tenant, Platform platform) throws Exception {
        Reply given = switch (platform) {
            case WECOM ->
                client.send("GET", "/wecom/cgi-bin/gettoken?corpid=" + encoded("ww-" + tenant) + "&corpsecret=s", "");
            case DINGTALK ->
                client.send(
                        "POST",
                        "/dingtalk/v1.0/oauth2/accessToken",
                        json(Map.of("appKey", "ding-" + tenant, "appSecret", "s")));
            case LARK ->
                client.send(
                        "POST",
                        "/lark/open-apis/auth/v3/tenant_access_token/internal",
                        json(Map.of("app_id", "cli-" + tenant, "app_secret", "s")));
        };
        String name = switch (platform) {
            case WECOM -> "access_token";
            case DINGTALK -> "accessToken";
            case LARK -> "tenant_access_token";
        };
        return given.json().path(name).asString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String json(Object value) {
        return new String(Json.bytes(value), StandardCharsets.UTF_8);
    }
}
