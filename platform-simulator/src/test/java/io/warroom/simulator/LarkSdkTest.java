package io.warroom.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.lark.oapi.core.cache.ICache;
import com.lark.oapi.core.exception.ObtainAccessTokenException;
import com.lark.oapi.service.application.v6.model.GetApplicationReq;
import com.lark.oapi.service.contact.v3.model.BatchGetIdUserReq;
import com.lark.oapi.service.contact.v3.model.BatchGetIdUserReqBody;
import com.lark.oapi.service.contact.v3.model.UserContactInfo;
import com.lark.oapi.service.im.v1.enums.CreateMessageReceiveIdTypeEnum;
import com.lark.oapi.service.im.v1.model.AddManagersChatManagersReq;
import com.lark.oapi.service.im.v1.model.AddManagersChatManagersReqBody;
import com.lark.oapi.service.im.v1.model.ChatTopNotice;
import com.lark.oapi.service.im.v1.model.CreateChatMembersReq;
import com.lark.oapi.service.im.v1.model.CreateChatMembersReqBody;
import com.lark.oapi.service.im.v1.model.CreateChatMembersResp;
import com.lark.oapi.service.im.v1.model.CreateChatReq;
import com.lark.oapi.service.im.v1.model.CreateChatReqBody;
import com.lark.oapi.service.im.v1.model.CreateChatResp;
import com.lark.oapi.service.im.v1.model.CreateMessageReq;
import com.lark.oapi.service.im.v1.model.CreateMessageReqBody;
import com.lark.oapi.service.im.v1.model.CreateMessageResp;
import com.lark.oapi.service.im.v1.model.CreatePinReq;
import com.lark.oapi.service.im.v1.model.CreatePinReqBody;
import com.lark.oapi.service.im.v1.model.DeleteChatMembersReq;
import com.lark.oapi.service.im.v1.model.DeleteChatMembersReqBody;
import com.lark.oapi.service.im.v1.model.DeleteChatReq;
import com.lark.oapi.service.im.v1.model.GetChatMembersReq;
import com.lark.oapi.service.im.v1.model.GetChatReq;
import com.lark.oapi.service.im.v1.model.IsInChatChatMembersReq;
import com.lark.oapi.service.im.v1.model.LinkChatReq;
import com.lark.oapi.service.im.v1.model.LinkChatReqBody;
import com.lark.oapi.service.im.v1.model.ListChat;
import com.lark.oapi.service.im.v1.model.ListChatReq;
import com.lark.oapi.service.im.v1.model.ListMember;
import com.lark.oapi.service.im.v1.model.PatchMessageReq;
import com.lark.oapi.service.im.v1.model.PatchMessageReqBody;
import com.lark.oapi.service.im.v1.model.PutTopNoticeChatTopNoticeReq;
import com.lark.oapi.service.im.v1.model.PutTopNoticeChatTopNoticeReqBody;
import com.lark.oapi.service.im.v1.model.SearchChatReq;
import com.lark.oapi.service.im.v1.model.UpdateChatReq;
import com.lark.oapi.service.im.v1.model.UpdateChatReqBody;
import com.lark.oapi.service.im.v1.model.UrgentAppMessageReq;
import com.lark.oapi.service.im.v1.model.UrgentReceivers;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lark's own SDK, which fetches and keeps its token by itself. */
final class LarkSdkTest {
    /** The SDK's usual cache is one for the whole JVM, and would bring the token of another test's simulator. */
    private static final class OwnCache implements ICache {
        private final Map<String, String> tokens = new ConcurrentHashMap<>();

        @Override
        public String get(String key) {
            return tokens.getOrDefault(key, "");
        }

        @Override
        public void set(String key, String value, int expire, TimeUnit unit) {
            tokens.put(key, value);
        }
    }

    private final Client client;

    LarkSdkTest() throws Exception {
        client = new Client();
    }

    @BeforeEach
    void register() throws Exception {
        client.tenant("acme", "LARK", "{\"appId\":\"cli_1\",\"appSecret\":\"s\"}");
    }

    @AfterEach
    void stop() {
        client.close();
    }

    private com.lark.oapi.Client sdk(String secret) {
        return com.lark.oapi.Client.newBuilder("cli_1", secret)
                .openBaseUrl(client.simulator.baseUrl() + "/lark")
                .tokenCache(new OwnCache())
                .requestTimeout(20, TimeUnit.SECONDS)
                .build();
    }

    private static CreateChatResp create(com.lark.oapi.Client sdk, String... people) throws Exception {
        return sdk.im()
                .v1()
                .chat()
                .create(CreateChatReq.newBuilder()
                        .userIdType("open_id")
                        .uuid("INC-1")
                        .createChatReqBody(CreateChatReqBody.newBuilder()
                                .name("INC-1 db down")
                                .description("INC-1")
                                .userIdList(people)
                                .build())
                        .build());
    }

    private static CreateChatMembersResp add(com.lark.oapi.Client sdk, String chat, String... people) throws Exception {
        return sdk.im()
                .v1()
                .chatMembers()
                .create(CreateChatMembersReq.newBuilder()
                        .chatId(chat)
                        .memberIdType("open_id")
                        .succeedType(1)
                        .createChatMembersReqBody(CreateChatMembersReqBody.newBuilder()
                                .idList(people)
                                .build())
                        .build());
    }

    private static CreateMessageResp post(com.lark.oapi.Client sdk, String chat, String uuid) throws Exception {
        return sdk.im()
                .v1()
                .message()
                .create(CreateMessageReq.newBuilder()
                        .receiveIdType(CreateMessageReceiveIdTypeEnum.CHAT_ID)
                        .createMessageReqBody(CreateMessageReqBody.newBuilder()
                                .receiveId(chat)
                                .msgType("text")
                                .content("{\"text\":\"war room open\"}")
                                .uuid(uuid)
                                .build())
                        .build());
    }

    @Test
    void theSdkFindsPeopleByMobileAndMailAndLeavesOutWhomNobodyKnows() throws Exception {
        var found = sdk("s").contact()
                .v3()
                .user()
                .batchGetId(BatchGetIdUserReq.newBuilder()
                        .userIdType("open_id")
                        .batchGetIdUserReqBody(BatchGetIdUserReqBody.newBuilder()
                                .emails(new String[] {"han@acme.cn", "nobody@acme.cn"})
                                .mobiles(new String[] {"+8613800000001"})
                                .build())
                        .build());
        assertThat(found.success()).isTrue();
        assertThat(found.getData().getUserList())
                .extracting(UserContactInfo::getUserId)
                .containsExactly("u2", null, "u1");
    }

    @Test
    void theSdkMakesAChatReadsItFillsItWritesIntoItAndDissolvesIt() throws Exception {
        var sdk = sdk("s");
        String chat = create(sdk, "u1").getData().getChatId();
        assertThat(create(sdk, "u1").getData().getChatId()).isEqualTo(chat);

        var added = add(sdk, chat, "u2", "hidden", "nobody").getData();
        assertThat(added.getInvalidIdList()).containsExactly("hidden");
        assertThat(added.getNotExistedIdList()).containsExactly("nobody");
        var members = sdk.im()
                .v1()
                .chatMembers()
                .get(GetChatMembersReq.newBuilder()
                        .chatId(chat)
                        .memberIdType("open_id")
                        .pageSize(100)
                        .build())
                .getData();
        assertThat(members.getItems()).extracting(ListMember::getMemberId).containsExactly("u1", "u2");
        assertThat(members.getMemberTotal()).isEqualTo(2);

        var removed = sdk.im()
                .v1()
                .chatMembers()
                .delete(DeleteChatMembersReq.newBuilder()
                        .chatId(chat)
                        .memberIdType("open_id")
                        .deleteChatMembersReqBody(DeleteChatMembersReqBody.newBuilder()
                                .idList(new String[] {"u2"})
                                .build())
                        .build());
        assertThat(removed.success()).isTrue();
        add(sdk, chat, "u2");

        var sent = post(sdk, chat, "m-1").getData();
        assertThat(sent.getChatId()).isEqualTo(chat);
        assertThat(post(sdk, chat, "m-1").getData().getMessageId()).isEqualTo(sent.getMessageId());

        var updated = sdk.im()
                .v1()
                .chat()
                .update(UpdateChatReq.newBuilder()
                        .chatId(chat)
                        .updateChatReqBody(
                                UpdateChatReqBody.newBuilder().name("solved").build())
                        .build());
        assertThat(updated.success()).isTrue();
        var read = sdk.im()
                .v1()
                .chat()
                .get(GetChatReq.newBuilder().chatId(chat).build())
                .getData();
        assertThat(read.getName()).isEqualTo("solved");
        assertThat(read.getUserCount()).isEqualTo("2");
        assertThat(read.getChatStatus()).isEqualTo("normal");
        var chats = sdk.im()
                .v1()
                .chat()
                .list(ListChatReq.newBuilder().pageSize(50).build())
                .getData();
        assertThat(chats.getItems()).hasSize(1);
        assertThat(chats.getItems()[0].getDescription()).isEqualTo("INC-1");

        var dissolve = DeleteChatReq.newBuilder().chatId(chat).build();
        assertThat(sdk.im().v1().chat().delete(dissolve).success()).isTrue();
        assertThat(sdk.im().v1().chat().delete(dissolve).getCode()).isEqualTo(232009);
        assertThat(client.rooms().path(0).path("messages").size()).isEqualTo(1);
    }

    @Test
    void theSdkFindsAChatByNameLinksToItNamesManagersAndKnowsItIsIn() throws Exception {
        var sdk = sdk("s");
        String chat = create(sdk, "u1").getData().getChatId();
        var im = sdk.im().v1();
        assertThat(im.chat()
                        .search(SearchChatReq.newBuilder().query("db down").build())
                        .getData()
                        .getItems())
                .extracting(ListChat::getChatId)
                .containsExactly(chat);
        assertThat(im.chat()
                        .link(LinkChatReq.newBuilder()
                                .chatId(chat)
                                .linkChatReqBody(LinkChatReqBody.newBuilder()
                                        .validityPeriod("permanently")
                                        .build())
                                .build())
                        .getData()
                        .getIsPermanent())
                .isTrue();
        assertThat(im.chatManagers()
                        .addManagers(AddManagersChatManagersReq.newBuilder()
                                .chatId(chat)
                                .memberIdType("open_id")
                                .addManagersChatManagersReqBody(AddManagersChatManagersReqBody.newBuilder()
                                        .managerIds(new String[] {"u1"})
                                        .build())
                                .build())
                        .getData()
                        .getChatManagers())
                .containsExactly("u1");
        assertThat(im.chatMembers()
                        .isInChat(
                                IsInChatChatMembersReq.newBuilder().chatId(chat).build())
                        .getData()
                        .getIsInChat())
                .isTrue();
    }

    @Test
    void theSdkPinsAMessagePutsItOnTopAndBuzzesPeople() throws Exception {
        var sdk = sdk("s");
        String chat = create(sdk, "u1").getData().getChatId();
        String message = post(sdk, chat, "m-1").getData().getMessageId();
        var im = sdk.im().v1();
        assertThat(im.pin()
                        .create(CreatePinReq.newBuilder()
                                .createPinReqBody(CreatePinReqBody.newBuilder()
                                        .messageId(message)
                                        .build())
                                .build())
                        .getData()
                        .getPin()
                        .getChatId())
                .isEqualTo(chat);
        assertThat(im.chatTopNotice()
                        .putTopNotice(PutTopNoticeChatTopNoticeReq.newBuilder()
                                .chatId(chat)
                                .putTopNoticeChatTopNoticeReqBody(PutTopNoticeChatTopNoticeReqBody.newBuilder()
                                        .chatTopNotice(new ChatTopNotice[] {
                                            ChatTopNotice.newBuilder()
                                                    .actionType("1")
                                                    .messageId(message)
                                                    .build()
                                        })
                                        .build())
                                .build())
                        .success())
                .isTrue();
        assertThat(im.message()
                        .urgentApp(UrgentAppMessageReq.newBuilder()
                                .messageId(message)
                                .userIdType("open_id")
                                .urgentReceivers(UrgentReceivers.newBuilder()
                                        .userIdList(new String[] {"u1", "u2"})
                                        .build())
                                .build())
                        .getData()
                        .getInvalidUserIdList())
                .containsExactly("u2");
        assertThat(im.message()
                        .patch(PatchMessageReq.newBuilder()
                                .messageId(message)
                                .patchMessageReqBody(PatchMessageReqBody.newBuilder()
                                        .content("{}")
                                        .build())
                                .build())
                        .getCode())
                .isEqualTo(230001);
    }

    @Test
    void theSdkReadsTheAppItself() throws Exception {
        assertThat(sdk("s").application()
                        .v6()
                        .application()
                        .get(GetApplicationReq.newBuilder()
                                .appId("me")
                                .lang("en_us")
                                .build())
                        .getData()
                        .getApp()
                        .getStatus())
                .isEqualTo(1);
    }

    @Test
    void theSdkReadsARefusalWithItsLogId() throws Exception {
        var refused = create(sdk("s"), "u1", "hidden");
        assertThat(refused.success()).isFalse();
        assertThat(refused.getCode()).isEqualTo(232043);
        assertThat(refused.getRawResponse().getStatusCode()).isEqualTo(400);
        assertThat(refused.getRequestId()).isEqualTo(refused.getError().getLogId());
    }

    @Test
    void theSdkReadsWhichScopesAreGivenAndWhichOneIsLacking() throws Exception {
        client.switches("lark", "{\"withheldScopes\":[\"im:chat:create\"]}");
        var sdk = sdk("s");
        var scopes = sdk.application().v6().scope().list().getData().getScopes();
        assertThat(scopes)
                .filteredOn(scope -> scope.getGrantStatus() == 2)
                .extracting(com.lark.oapi.service.application.v6.model.Scope::getScopeName)
                .containsExactly("im:chat:create");
        var refused = create(sdk, "u1");
        assertThat(refused.getCode()).isEqualTo(99991672);
        assertThat(refused.getError().getPermissionViolations())
                .extracting(violation -> violation.getSubject())
                .contains("im:chat:create");
    }

    @Test
    void theSdkGetsNoTokenForAWrongSecret() {
        assertThatThrownBy(() -> create(sdk("wrong"), "u1"))
                .isInstanceOf(ObtainAccessTokenException.class)
                .hasMessageContaining("code:10014,msg:app secret invalid");
    }

    @Test
    void theSdkKeepsATokenThatWasTakenAwayAndReadsTheRefusal() throws Exception {
        var sdk = sdk("s");
        create(sdk, "u1");
        client.revoke("lark");
        assertThat(create(sdk, "u1").getCode()).isEqualTo(99991663);
    }

    /** OkHttp sends a request again when a connection that served before ends without an answer. */
    @Test
    void theSdkPostsTwiceWhenAnAnswerIsLostUnlessThereIsAUuid() throws Exception {
        var sdk = sdk("s");
        String chat = create(sdk, "u1").getData().getChatId();
        client.fault("""
                {"platform":"LARK","endpoint":"im/v1/messages","kind":"RESET_AFTER","times":1}""");
        assertThat(post(sdk, chat, "m-1").success()).isTrue();
        assertThat(client.rooms().path(0).path("messages")).hasSize(1);
        assertThat(client.repeats()).isEmpty();

        client.fault("""
                {"platform":"LARK","endpoint":"im/v1/messages","kind":"RESET_AFTER","times":1}""");
        assertThat(post(sdk, chat, "").success()).isTrue();
        assertThat(client.rooms().path(0).path("messages")).hasSize(3);
        assertThat(client.repeats()).hasSize(1);
        assertThat(client.repeats().path(0).path("endpoint").asString()).isEqualTo("im/v1/messages");
    }
}
