package io.warroom.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.warroom.simulator.Client.Reply;
import io.warroom.simulator.witness.Webhook;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The robots that people put into a group by hand. */
final class WebhooksTest {
    private final Client client;

    WebhooksTest() throws Exception {
        client = new Client();
    }

    @AfterEach
    void stop() {
        client.close();
    }

    private void wecomGroup() throws Exception {
        client.tenant("acme", "WECOM", """
                {"enterpriseId":"ww1","enterpriseKey":"key","addressBookKey":"book","serviceId":1000002}""");
        String token = client.send("GET", "/wecom/cgi-bin/gettoken?corpid=ww1&corpsecret=key", "")
                .json()
                .path("access_token")
                .asString();
        client.send(
                "POST",
                "/wecom/cgi-bin/appchat/create?access_token=" + token,
                "{\"chatid\":\"wr1\",\"userlist\":[\"u1\",\"u2\"]}");
        client.webhook("wecom", "{\"key\":\"k1\",\"roomId\":\"wr1\"}");
    }

    private Reply wecom(String key, String type, String content) throws Exception {
        String body = "{\"msgtype\":\"%s\",\"%s\":{\"content\":\"%s\"}}".formatted(type, type, content);
        return client.send("POST", "/wecom/cgi-bin/webhook/send?key=" + key, body);
    }

    private void dingtalkGroup(String more) throws Exception {
        client.tenant("acme", "DINGTALK", """
                {"clientId":"ding1","clientSecret":"s","groupTemplateId":"t1","robotId":"r1","serviceId":"123"}""");
        String token = client.send(
                        "POST", "/dingtalk/v1.0/oauth2/accessToken", "{\"appKey\":\"ding1\",\"appSecret\":\"s\"}")
                .json()
                .path("accessToken")
                .asString();
        String group = client.send(
                        "POST",
                        "/dingtalk/v1.0/im/sceneGroup/create",
                        "{\"title\":\"INC-1\",\"template_id\":\"t1\",\"owner_user_id\":\"u1\"}",
                        "x-acs-dingtalk-access-token",
                        token)
                .json()
                .path("open_conversation_id")
                .asString();
        client.webhook("dingtalk", "{\"key\":\"k1\",\"roomId\":\"" + group + "\"" + more + "}");
    }

    private Reply dingtalk(String query, String more) throws Exception {
        String body = "{\"msgtype\":\"text\",\"text\":{\"content\":\"INC-1 go\"}" + more + "}";
        return client.send("POST", "/dingtalk/robot/send?access_token=" + query, body);
    }

    private void larkChat(String more) throws Exception {
        client.tenant("acme", "LARK", "{\"appId\":\"cli_1\",\"appSecret\":\"s\"}");
        String token = client.send(
                        "POST",
                        "/lark/open-apis/auth/v3/tenant_access_token/internal",
                        "{\"app_id\":\"cli_1\",\"app_secret\":\"s\"}")
                .json()
                .path("tenant_access_token")
                .asString();
        String chat = client.send("POST", "/lark/open-apis/im/v1/chats", "{}", "Authorization", "Bearer " + token)
                .json()
                .path("data")
                .path("chat_id")
                .asString();
        client.webhook("lark", "{\"key\":\"k1\",\"roomId\":\"" + chat + "\"" + more + "}");
    }

    private Reply lark(String key, String more) throws Exception {
        String body = "{\"msg_type\":\"text\",\"content\":{\"text\":\"INC-1 go\"}" + more + "}";
        return client.send("POST", "/lark/open-apis/bot/v2/hook/" + key, body);
    }

    private JsonNode messages() throws Exception {
        return client.rooms().path(0).path("messages");
    }

    @Test
    void aWecomRobotPostsWithNothingButItsKey() throws Exception {
        wecomGroup();
        assertThat(wecom("k1", "markdown", "**go**").code()).isZero();
        assertThat(messages().path(0).path("text").asString()).isEqualTo("**go**");
        assertThat(wecom("none", "text", "go").code()).isEqualTo(93000);
        assertThat(wecom("k1", "video", "go").code()).isEqualTo(40008);
        assertThat(wecom("k1", "text", "x".repeat(2049)).code()).isEqualTo(40058);
        assertThat(wecom("k1", "markdown_v2", "x".repeat(4096)).code()).isZero();
    }

    @Test
    void aWecomRobotPostsCardsAndImagesThatAreWhatTheySay() throws Exception {
        wecomGroup();
        String hook = "/wecom/cgi-bin/webhook/send?key=k1";
        String card =
                "{\"msgtype\":\"template_card\",\"template_card\":{\"card_type\":\"%s\",\"main_title\":{\"title\":\"INC-1\",\"desc\":\"go\"}}}";
        assertThat(client.send("POST", hook, card.formatted("text_notice")).code())
                .isZero();
        assertThat(client.send("POST", hook, card.formatted("vote_interaction")).code())
                .isEqualTo(40058);
        // The MD5 of the three bytes "abc".
        String image = "{\"msgtype\":\"image\",\"image\":{\"base64\":\"YWJj\",\"md5\":\"%s\"}}";
        assertThat(client.send("POST", hook, image.formatted("900150983cd24fb0d6963f7d28e17f72"))
                        .code())
                .isZero();
        assertThat(client.send("POST", hook, image.formatted("00")).code()).isEqualTo(40007);
        assertThat(messages().values())
                .extracting(message -> message.path("text").asString())
                .containsExactly("INC-1\ngo", "an image of 3 bytes");
    }

    @Test
    void aWecomRobotPostsItsOwnFilesForThreeDays() throws Exception {
        wecomGroup();
        client.webhook("wecom", "{\"key\":\"k2\",\"roomId\":\"wr1\"}");
        String upload = "/wecom/cgi-bin/webhook/upload_media?key=k1&type=";
        String id = client.upload(upload + "file", "log.txt", 1_000)
                .json()
                .path("media_id")
                .asString();
        String send = "/wecom/cgi-bin/webhook/send?key=";
        String file = "{\"msgtype\":\"file\",\"file\":{\"media_id\":\"" + id + "\"}}";
        assertThat(client.send("POST", send + "k1", file).code()).isZero();
        assertThat(messages().path(0).path("text").asString()).isEqualTo("log.txt");
        assertThat(client.send("POST", send + "k2", file).code()).isEqualTo(40007);
        client.clock.advance(Duration.ofDays(3));
        assertThat(client.send("POST", send + "k1", file).code()).isEqualTo(40007);
        assertThat(client.upload(upload + "image", "a.png", 1_000).code()).isEqualTo(40004);
        assertThat(client.upload(upload + "voice", "a.amr", 2 * 1024 * 1024 + 1).code())
                .isEqualTo(40006);
        assertThat(client.upload("/wecom/cgi-bin/webhook/upload_media?key=none&type=file", "a", 10)
                        .code())
                .isEqualTo(93000);
    }

    @Test
    void aWecomRobotPostsTwentyTimesAMinute() throws Exception {
        wecomGroup();
        client.switches("wecom", "{\"limits\":true}");
        for (int i = 0; i < 20; i++) {
            assertThat(wecom("k1", "text", "go").code()).isZero();
        }
        assertThat(wecom("k1", "text", "go").code()).isEqualTo(45009);
        client.clock.advance(Duration.ofMinutes(1));
        assertThat(wecom("k1", "text", "go").code()).isZero();
    }

    @Test
    void aDingtalkRobotPostsOnceAUuidAndOnlyWithAKeyword() throws Exception {
        dingtalkGroup(",\"keywords\":[\"INC\"]");
        assertThat(dingtalk("k1", ",\"msgUuid\":\"m\"").code()).isZero();
        assertThat(dingtalk("k1", ",\"msgUuid\":\"m\"").code()).isZero();
        assertThat(messages().size()).isEqualTo(1);
        assertThat(dingtalk("none", "").code()).isEqualTo(300005);
        dingtalkGroup(",\"keywords\":[\"other\"]");
        assertThat(dingtalk("k1", "").code()).isEqualTo(310000);
    }

    @Test
    void aDingtalkRobotWithASecretWantsAFreshSignature() throws Exception {
        dingtalkGroup(",\"secret\":\"SEC1\"");
        long now = client.clock.instant().toEpochMilli();
        String sign = URLEncoder.encode(Webhook.sign("SEC1", now + "\nSEC1"), StandardCharsets.UTF_8);
        assertThat(dingtalk("k1", "").code()).isEqualTo(310000);
        assertThat(dingtalk("k1&timestamp=" + now + "&sign=bad", "").code()).isEqualTo(310000);
        assertThat(dingtalk("k1&timestamp=" + now + "&sign=" + sign, "").code()).isZero();
        client.clock.advance(Duration.ofMinutes(61));
        assertThat(dingtalk("k1&timestamp=" + now + "&sign=" + sign, "").code()).isEqualTo(310000);
    }

    @Test
    void aDingtalkRobotThatIsTooFastIsBlockedForTenMinutes() throws Exception {
        dingtalkGroup("");
        client.switches("dingtalk", "{\"limits\":true}");
        for (int i = 0; i < 20; i++) {
            assertThat(dingtalk("k1", "").code()).isZero();
        }
        assertThat(dingtalk("k1", "").code()).isEqualTo(410100);
        client.clock.advance(Duration.ofMinutes(9));
        assertThat(dingtalk("k1", "").code()).isEqualTo(410100);
        client.clock.advance(Duration.ofMinutes(1));
        assertThat(dingtalk("k1", "").code()).isZero();
    }

    @Test
    void aLarkRobotRefusesInHttp200() throws Exception {
        larkChat(",\"keywords\":[\"INC\"]");
        assertThat(lark("k1", "").json().path("StatusMessage").asString()).isEqualTo("success");
        assertThat(messages().path(0).path("text").asString()).isEqualTo("INC-1 go");
        var unknown = lark("none", "");
        assertThat(unknown.status()).isEqualTo(200);
        assertThat(unknown.code()).isEqualTo(19001);
        String hook = "/lark/open-apis/bot/v2/hook/k1";
        assertThat(client.send("POST", hook, "{}").code()).isEqualTo(19002);
        assertThat(client.send("POST", hook, "{").code()).isEqualTo(9499);
        assertThat(client.send("POST", hook, "{\"msg_type\":\"text\",\"content\":\"{}\"}")
                        .code())
                .isEqualTo(9499);
        assertThat(client.send("POST", hook, "{\"msg_type\":\"text\",\"content\":{\"text\":\"x\"}}")
                        .code())
                .isEqualTo(19024);
    }

    @Test
    void aLarkRobotWithASecretTakesTheSignatureOfThePage() throws Exception {
        larkChat(",\"secret\":\"demo\"");
        client.clock.advance(Duration.between(client.clock.instant(), Instant.ofEpochSecond(1_599_360_473)));
        String signed = ",\"timestamp\":\"1599360473\",\"sign\":\"l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=\"";
        assertThat(lark("k1", signed).code()).isZero();
        assertThat(lark("k1", "").code()).isEqualTo(19021);
        client.clock.advance(Duration.ofMinutes(61));
        assertThat(lark("k1", signed).code()).isEqualTo(19021);
    }

    @Test
    void aLarkRobotPostsFiveTimesASecond() throws Exception {
        larkChat("");
        client.switches("lark", "{\"limits\":true}");
        for (int i = 0; i < 5; i++) {
            assertThat(lark("k1", "").code()).isZero();
        }
        assertThat(lark("k1", "").code()).isEqualTo(11232);
    }
}
