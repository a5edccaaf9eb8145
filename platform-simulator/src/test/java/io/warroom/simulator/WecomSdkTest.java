package io.warroom.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import me.chanjar.weixin.common.error.WxErrorException;
import me.chanjar.weixin.cp.api.WxCpService;
import me.chanjar.weixin.cp.api.impl.WxCpServiceImpl;
import me.chanjar.weixin.cp.bean.message.WxCpAppChatMessage;
import me.chanjar.weixin.cp.bean.message.WxCpMessage;
import me.chanjar.weixin.cp.config.impl.WxCpDefaultConfigImpl;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The SDK that Java programs use for WeCom; Tencent has none of its own for a self-built app's server calls. */
final class WecomSdkTest {
    private final Client client;

    WecomSdkTest() throws Exception {
        client = new Client();
    }

    @BeforeEach
    void register() throws Exception {
        client.tenant("acme", "WECOM", """
                {"enterpriseId":"ww1","enterpriseKey":"key","addressBookKey":"book","serviceId":1000002}""");
    }

    @AfterEach
    void stop() {
        client.close();
    }

    private WxCpService sdk(String secret) {
        var config = new WxCpDefaultConfigImpl();
        config.setBaseApiUrl(client.simulator.baseUrl() + "/wecom");
        config.setCorpId("ww1");
        config.setCorpSecret(secret);
        config.setAgentId(1000002);
        var sdk = new WxCpServiceImpl();
        sdk.setWxCpConfigStorage(config);
        return sdk;
    }

    private static void assertRefused(ThrowingCallable call, int code) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        WxErrorException.class,
                        refused -> assertThat(refused.getError().getErrorCode()).isEqualTo(code));
    }

    @Test
    void theSdkFindsPeopleByMobileAndMailAndReadsTheApp() throws Exception {
        var sdk = sdk("key");
        assertThat(sdk.getUserService().getUserId("13800000001")).isEqualTo("u1");
        assertThat(sdk.getUserService().getUserIdByEmail("han@acme.cn", 1)).isEqualTo("u2");
        assertThat(sdk.getUserService().getById("u3").getName()).isEqualTo("Lucy");
        assertRefused(() -> sdk.getUserService().getUserId("13900000000"), 46004);

        var app = sdk.getAgentService().get(1000002);
        assertThat(app.getClose()).isZero();
        assertThat(app.getAllowParties().getPartyIds()).containsExactly(1L);
        assertRefused(() -> sdk.getAgentService().get(5), 301002);
    }

    @Test
    void theSdkMakesAGroupReadsItChangesItAndWritesIntoIt() throws Exception {
        var chats = sdk("key").getChatService();
        assertThat(chats.create("INC-1", "u1", List.of("u1", "u2"), "wr1")).isEqualTo("wr1");
        assertRefused(() -> chats.create("INC-1", "u1", List.of("u1", "u2"), "wr1"), 86215);

        chats.update("wr1", "solved", "u2", List.of("u3"), List.of("u1"));
        var chat = chats.get("wr1");
        assertThat(chat.getName()).isEqualTo("solved");
        assertThat(chat.getOwner()).isEqualTo("u2");
        assertThat(chat.getUsers()).containsExactly("u2", "u3");

        chats.sendMsg(WxCpAppChatMessage.buildTextMsg("wr1", "war room open", false));
        chats.sendMsg(WxCpAppChatMessage.builder()
                .msgType("markdown")
                .chatId("wr1")
                .content("**go**")
                .build());
        var messages = client.rooms().path(0).path("messages");
        assertThat(messages.path(0).path("text").asString()).isEqualTo("war room open");
        assertThat(messages.path(1).path("type").asString()).isEqualTo("markdown");
        assertRefused(() -> chats.get("none"), 86001);
    }

    @Test
    void theSdkWritesToPeopleOnceHoweverOftenItAsks() throws Exception {
        var message = WxCpMessage.TEXT()
                .toUser("u1|nobody")
                .agentId(1000002)
                .content("war room open")
                .build();
        message.setEnableDuplicateCheck(true);
        var messages = sdk("key").getMessageService();
        var sent = messages.send(message);
        assertThat(sent.getInvalidUserList()).containsExactly("nobody");
        assertThat(messages.send(message).getMsgId()).isEqualTo(sent.getMsgId());
        message.setToUser("nobody");
        assertRefused(() -> messages.send(message), 81013);
    }

    @Test
    void theSdkTakesAMessageToPeopleBack() throws Exception {
        var messages = sdk("key").getMessageService();
        var sent = messages.send(
                WxCpMessage.TEXT().toUser("u1").agentId(1000002).content("hi").build());
        messages.recall(sent.getMsgId());
        assertThat(client.send("GET", "/sim/v1/direct-messages?tenant=acme", "")
                        .json()
                        .path("messages"))
                .isEmpty();
        assertRefused(() -> messages.recall("none"), 40058);
    }

    @Test
    void theSdkUploadsAFileAndPostsItIntoAGroup() throws Exception {
        var sdk = sdk("key");
        sdk.getChatService().create("INC-1", "u1", List.of("u1", "u2"), "wr1");
        byte[] chart = "a picture".getBytes(StandardCharsets.UTF_8);
        var uploaded = sdk.getMediaService().upload("image", "chart.png", new ByteArrayInputStream(chart));
        sdk.getChatService()
                .sendMsg(WxCpAppChatMessage.builder()
                        .msgType("image")
                        .chatId("wr1")
                        .mediaId(uploaded.getMediaId())
                        .build());
        assertThat(client.rooms().path(0).path("messages").path(0).path("text").asString())
                .endsWith(".png");
    }

    @Test
    void theSdkListsTheAppAndReadsATicketOfWhoSignedIn() throws Exception {
        var sdk = sdk("key");
        assertThat(sdk.getAgentService().list())
                .extracting(app -> app.getAgentId())
                .containsExactly(1000002);
        client.send("PUT", "/sim/v1/tenants/acme/wecom/sign-ins", "{\"code\":\"c1\",\"userId\":\"u2\"}");
        // It reads the person's id by its older name "UserId" alone.
        assertThat(sdk.getOauth2Service().getAuthUserInfo("c1").getUserTicket()).isNotEmpty();
        assertRefused(() -> sdk.getOauth2Service().getAuthUserInfo("c1"), 40029);
    }

    @Test
    void theSdkPostsByAGroupsRobot() throws Exception {
        var sdk = sdk("key");
        sdk.getChatService().create("INC-1", "u1", List.of("u1", "u2"), "wr1");
        client.webhook("wecom", "{\"key\":\"k1\",\"roomId\":\"wr1\"}");
        String hook = client.simulator.baseUrl() + "/wecom/cgi-bin/webhook/send?key=";
        sdk.getGroupRobotService().sendMarkdown(hook + "k1", "**go**");
        assertThat(client.rooms().path(0).path("messages").size()).isEqualTo(1);
        assertRefused(() -> sdk.getGroupRobotService().sendMarkdown(hook + "none", "**go**"), 93000);
    }

    @Test
    void theSdkListsPeopleWithTheAddressBookSecretAlone() throws Exception {
        assertThat(sdk("book").getUserService().getUserListId("", 10).getDeptUser())
                .extracting(user -> user.getUserId())
                .contains("u1", "u2", "u3");
        assertRefused(() -> sdk("key").getUserService().getUserListId("", 10), 48002);
    }

    @Test
    void theSdkFetchesAnotherTokenWhenItsOwnWasTakenAway() throws Exception {
        var sdk = sdk("key");
        String before = sdk.getAccessToken();
        client.revoke("wecom");
        assertThat(sdk.getUserService().getUserId("13800000001")).isEqualTo("u1");
        assertThat(sdk.getAccessToken()).isNotEqualTo(before);
    }

    @Test
    void theSdkGetsNoTokenForAWrongSecret() {
        assertRefused(() -> sdk("wrong").getAccessToken(), 40001);
    }

    @Test
    void theSdkReportsALostAnswerAndTheMessageIsThereOnce() throws Exception {
        var chats = sdk("key").getChatService();
        chats.create("INC-1", "u1", List.of("u1", "u2"), "wr1");
        client.fault("""
                {"platform":"WECOM","endpoint":"appchat/send","kind":"RESET_AFTER","times":1}""");
        assertThatThrownBy(() -> chats.sendMsg(WxCpAppChatMessage.buildTextMsg("wr1", "war room open", false)))
                .isNotNull();
        assertThat(client.rooms().path(0).path("messages")).hasSize(1);
        assertThat(client.repeats()).isEmpty();
    }
}
