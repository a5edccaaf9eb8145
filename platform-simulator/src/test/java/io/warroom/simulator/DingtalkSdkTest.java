package io.warroom.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.aliyun.dingtalkim_1_0.models.BatchQueryGroupMemberHeaders;
import com.aliyun.dingtalkim_1_0.models.BatchQueryGroupMemberRequest;
import com.aliyun.dingtalkim_1_0.models.GetSceneGroupInfoHeaders;
import com.aliyun.dingtalkim_1_0.models.GetSceneGroupInfoRequest;
import com.aliyun.dingtalkoauth2_1_0.models.GetAccessTokenRequest;
import com.aliyun.dingtalkrobot_1_0.models.OrgGroupSendHeaders;
import com.aliyun.dingtalkrobot_1_0.models.OrgGroupSendRequest;
import com.aliyun.tea.TeaException;
import com.aliyun.teaopenapi.models.Config;
import com.aliyun.teautil.models.RuntimeOptions;
import com.dingtalk.api.DefaultDingTalkClient;
import com.dingtalk.api.request.OapiGettokenRequest;
import com.dingtalk.api.request.OapiImChatScencegroupMessageSendV2Request;
import com.dingtalk.api.request.OapiImChatScenegroupCreateRequest;
import com.dingtalk.api.request.OapiImChatScenegroupGetRequest;
import com.dingtalk.api.request.OapiImChatScenegroupMemberAddRequest;
import com.dingtalk.api.request.OapiImChatScenegroupMemberDeleteRequest;
import com.dingtalk.api.request.OapiImChatScenegroupUpdateRequest;
import com.dingtalk.api.request.OapiRobotSendRequest;
import com.dingtalk.api.request.OapiV2UserGetRequest;
import com.dingtalk.api.request.OapiV2UserGetbymobileRequest;
import com.taobao.api.ApiException;
import com.taobao.api.BaseTaobaoRequest;
import com.taobao.api.TaobaoResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** DingTalk's two SDKs, one for each API family; neither keeps a token by itself. */
final class DingtalkSdkTest {
    private final Client client;

    DingtalkSdkTest() throws Exception {
        client = new Client();
    }

    @BeforeEach
    void register() throws Exception {
        client.tenant("acme", "DINGTALK", """
                {"clientId":"ding1","clientSecret":"s","groupTemplateId":"t1","robotId":"r1","serviceId":"123"}""");
    }

    @AfterEach
    void stop() {
        client.close();
    }

    private Config config() {
        return new Config()
                .setProtocol("http")
                .setRegionId("central")
                .setEndpoint("127.0.0.1:" + client.simulator.port());
    }

    private String token(String secret) throws Exception {
        return new com.aliyun.dingtalkoauth2_1_0.Client(config())
                .getAccessToken(new GetAccessTokenRequest().setAppKey("ding1").setAppSecret(secret))
                .getBody()
                .getAccessToken();
    }

    private <T extends TaobaoResponse> T legacy(String path, BaseTaobaoRequest<T> request, String token)
            throws ApiException {
        return new DefaultDingTalkClient(client.simulator.baseUrl() + "/dingtalk/" + path).execute(request, token);
    }

    private String group(String token) throws ApiException {
        var create = new OapiImChatScenegroupCreateRequest();
        create.setTitle("INC-1");
        create.setTemplateId("t1");
        create.setOwnerUserId("u1");
        create.setUserIds("u1,u2");
        create.setUuid("inc-1");
        return legacy("topapi/im/chat/scenegroup/create", create, token)
                .getResult()
                .getOpenConversationId();
    }

    @Test
    void theLegacySdkGetsATokenAndFindsPeople() throws Exception {
        var get = new OapiGettokenRequest();
        get.setAppkey("ding1");
        get.setAppsecret("s");
        get.setHttpMethod("GET");
        var given = new DefaultDingTalkClient(client.simulator.baseUrl() + "/dingtalk/gettoken").execute(get);
        assertThat(given.getExpiresIn()).isEqualTo(7200);

        var byMobile = new OapiV2UserGetbymobileRequest();
        byMobile.setMobile("13800000001");
        var found = legacy("topapi/v2/user/getbymobile", byMobile, given.getAccessToken());
        assertThat(found.getResult().getUserid()).isEqualTo("u1");
        byMobile.setMobile("13900000000");
        assertThat(legacy("topapi/v2/user/getbymobile", byMobile, given.getAccessToken())
                        .getErrcode())
                .isEqualTo(60121);
        var user = new OapiV2UserGetRequest();
        user.setUserid("u3");
        assertThat(legacy("topapi/v2/user/get", user, given.getAccessToken())
                        .getResult()
                        .getName())
                .isEqualTo("Lucy");
    }

    @Test
    void theLegacySdkMakesAGroupChangesItReadsItAndWritesIntoIt() throws Exception {
        String token = token("s");
        String group = group(token);
        assertThat(group(token)).isEqualTo(group);

        var add = new OapiImChatScenegroupMemberAddRequest();
        add.setOpenConversationId(group);
        add.setUserIds("u3");
        assertThat(legacy("topapi/im/chat/scenegroup/member/add", add, token).getSuccess())
                .isTrue();
        var remove = new OapiImChatScenegroupMemberDeleteRequest();
        remove.setOpenConversationId(group);
        remove.setUserIds("u2");
        assertThat(legacy("topapi/im/chat/scenegroup/member/delete", remove, token)
                        .getSuccess())
                .isTrue();
        var update = new OapiImChatScenegroupUpdateRequest();
        update.setOpenConversationId(group);
        update.setTitle("solved");
        assertThat(legacy("topapi/im/chat/scenegroup/update", update, token).getErrcode())
                .isZero();
        var get = new OapiImChatScenegroupGetRequest();
        get.setOpenConversationId(group);
        var read = legacy("topapi/im/chat/scenegroup/get", get, token).getResult();
        assertThat(read.getTitle()).isEqualTo("solved");
        assertThat(read.getOwnerStaffId()).isEqualTo("u1");
        assertThat(read.getMemberAmount()).isEqualTo(2);

        var send = new OapiImChatScencegroupMessageSendV2Request();
        send.setTargetOpenConversationId(group);
        send.setRobotCode("r1");
        send.setMsgTemplateId("inner_app_template_markdown");
        send.setMsgParamMapString("{\"title\":\"INC-1\",\"markdown_content\":\"go\"}");
        String path = "topapi/im/chat/scencegroup/message/send_v2";
        assertThat(legacy(path, send, token).getOpenMsgId()).isNotEmpty();
        // The page's form, where the parameters are a string in the JSON.
        var asStrings = new DefaultDingTalkClient(client.simulator.baseUrl() + "/dingtalk/" + path);
        asStrings.setUseJsonString(true);
        assertThat(asStrings.execute(send, token).getOpenMsgId()).isNotEmpty();
        var room = client.rooms().path(0);
        assertThat(room.path("members").path(1).path("name").asString()).isEqualTo("Lucy");
        assertThat(room.path("messages").values())
                .extracting(message -> message.path("text").asString())
                .containsExactly("INC-1\ngo", "INC-1\ngo");
    }

    @Test
    void theLegacySdkPostsByAGroupsRobot() throws Exception {
        client.webhook("dingtalk", "{\"key\":\"k1\",\"roomId\":\"" + group(token("s")) + "\"}");
        var text = new OapiRobotSendRequest.Text();
        text.setContent("go");
        var send = new OapiRobotSendRequest();
        send.setMsgtype("text");
        send.setText(text);
        String hook = client.simulator.baseUrl() + "/dingtalk/robot/send?access_token=";
        assertThat(new DefaultDingTalkClient(hook + "k1").execute(send).getErrcode())
                .isZero();
        assertThat(new DefaultDingTalkClient(hook + "none").execute(send).getErrcode())
                .isEqualTo(300005);
        assertThat(client.rooms().path(0).path("messages").size()).isEqualTo(1);
    }

    @Test
    void theLegacySdkReadsRefusals() throws Exception {
        String token = token("s");
        var create = new OapiImChatScenegroupCreateRequest();
        create.setTitle("INC-1");
        create.setTemplateId("other");
        create.setOwnerUserId("u1");
        assertThat(legacy("topapi/im/chat/scenegroup/create", create, token).getErrcode())
                .isEqualTo(665036);
        create.setTemplateId("t1");
        create.setOwnerUserId("nobody");
        assertThat(legacy("topapi/im/chat/scenegroup/create", create, token).getErrcode())
                .isEqualTo(660041);
        var refused = legacy("topapi/im/chat/scenegroup/create", create, "none");
        assertThat(refused.getErrcode()).isEqualTo(88);
        assertThat(refused.getSubCode()).isEqualTo("40014");

        client.switches("dingtalk", "{\"settlingSeconds\":5}");
        var add = new OapiImChatScenegroupMemberAddRequest();
        add.setOpenConversationId(group(token));
        add.setUserIds("u3");
        assertThat(legacy("topapi/im/chat/scenegroup/member/add", add, token).getErrcode())
                .isEqualTo(400020);
    }

    @Test
    void theNewSdkReadsAGroupAndItsPeopleAndWritesIntoIt() throws Exception {
        String token = token("s");
        String group = group(token);
        var im = new com.aliyun.dingtalkim_1_0.Client(config());
        var info = im.getSceneGroupInfoWithOptions(
                        new GetSceneGroupInfoRequest().setOpenConversationId(group),
                        new GetSceneGroupInfoHeaders().setXAcsDingtalkAccessToken(token),
                        new RuntimeOptions())
                .getBody();
        assertThat(info.getTitle()).isEqualTo("INC-1");
        assertThat(info.getStatus()).isEqualTo(1);
        var members = im.batchQueryGroupMemberWithOptions(
                        new BatchQueryGroupMemberRequest()
                                .setOpenConversationId(group)
                                .setMaxResults(100L),
                        new BatchQueryGroupMemberHeaders().setXAcsDingtalkAccessToken(token),
                        new RuntimeOptions())
                .getBody();
        assertThat(members.getMemberUserIds()).containsExactly("u1", "u2");

        var sent = new com.aliyun.dingtalkrobot_1_0.Client(config())
                .orgGroupSendWithOptions(
                        new OrgGroupSendRequest()
                                .setOpenConversationId(group)
                                .setRobotCode("r1")
                                .setMsgKey("sampleText")
                                .setMsgParam("{\"content\":\"go\"}"),
                        new OrgGroupSendHeaders().setXAcsDingtalkAccessToken(token),
                        new RuntimeOptions())
                .getBody();
        assertThat(sent.getProcessQueryKey()).isNotEmpty();
        assertThat(client.rooms().path(0).path("messages").path(0).path("text").asString())
                .isEqualTo("go");
    }

    @Test
    void theNewSdkReadsRefusalsByCodeAndTheScopeThatIsLacking() throws Exception {
        assertThatThrownBy(() -> token("wrong")).isInstanceOfSatisfying(TeaException.class, refused -> {
            assertThat(refused.getCode()).isEqualTo("invalidClientIdOrSecret");
            assertThat(refused.getStatusCode()).isEqualTo(400);
        });
        String token = token("s");
        client.switches("dingtalk", "{\"withheldScopes\":[\"qyapi_robot_sendmsg\"]}");
        assertThatThrownBy(() -> new com.aliyun.dingtalkrobot_1_0.Client(config())
                        .orgGroupSendWithOptions(
                                new OrgGroupSendRequest().setRobotCode("r1"),
                                new OrgGroupSendHeaders().setXAcsDingtalkAccessToken(token),
                                new RuntimeOptions()))
                .isInstanceOfSatisfying(TeaException.class, refused -> {
                    assertThat(refused.getStatusCode()).isEqualTo(403);
                    assertThat(refused.getAccessDeniedDetail().get("requiredScopes"))
                            .asString()
                            .contains("qyapi_robot_sendmsg");
                });
    }
}
