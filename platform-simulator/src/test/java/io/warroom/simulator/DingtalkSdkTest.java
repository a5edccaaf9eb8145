package io.warroom.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.aliyun.dingtalkcard_1_0.models.CreateAndDeliverHeaders;
import com.aliyun.dingtalkcard_1_0.models.CreateAndDeliverRequest;
import com.aliyun.dingtalkcard_1_0.models.UpdateCardHeaders;
import com.aliyun.dingtalkcard_1_0.models.UpdateCardRequest;
import com.aliyun.dingtalkcontact_1_0.models.GetUserHeaders;
import com.aliyun.dingtalkcontact_1_0.models.SearchUserHeaders;
import com.aliyun.dingtalkcontact_1_0.models.SearchUserRequest;
import com.aliyun.dingtalkim_1_0.models.BatchQueryGroupMemberHeaders;
import com.aliyun.dingtalkim_1_0.models.BatchQueryGroupMemberRequest;
import com.aliyun.dingtalkim_1_0.models.GetSceneGroupInfoHeaders;
import com.aliyun.dingtalkim_1_0.models.GetSceneGroupInfoRequest;
import com.aliyun.dingtalkim_1_0.models.QuerySceneGroupTemplateRobotHeaders;
import com.aliyun.dingtalkim_1_0.models.QuerySceneGroupTemplateRobotRequest;
import com.aliyun.dingtalkim_1_0.models.UpdateGroupSubAdminHeaders;
import com.aliyun.dingtalkim_1_0.models.UpdateGroupSubAdminRequest;
import com.aliyun.dingtalkmicro_app_1_0.models.GetMicroAppScopeHeaders;
import com.aliyun.dingtalkmicro_app_1_0.models.ListAllInnerAppsHeaders;
import com.aliyun.dingtalkoauth2_1_0.models.GetAccessTokenRequest;
import com.aliyun.dingtalkoauth2_1_0.models.GetTokenRequest;
import com.aliyun.dingtalkoauth2_1_0.models.GetUserTokenRequest;
import com.aliyun.dingtalkrobot_1_0.models.BatchSendOTOHeaders;
import com.aliyun.dingtalkrobot_1_0.models.BatchSendOTORequest;
import com.aliyun.dingtalkrobot_1_0.models.GetBotListInGroupHeaders;
import com.aliyun.dingtalkrobot_1_0.models.GetBotListInGroupRequest;
import com.aliyun.dingtalkrobot_1_0.models.OrgGroupRecallHeaders;
import com.aliyun.dingtalkrobot_1_0.models.OrgGroupRecallRequest;
import com.aliyun.dingtalkrobot_1_0.models.OrgGroupSendHeaders;
import com.aliyun.dingtalkrobot_1_0.models.OrgGroupSendRequest;
import com.aliyun.tea.TeaException;
import com.aliyun.teaopenapi.models.Config;
import com.aliyun.teautil.models.RuntimeOptions;
import com.dingtalk.api.DefaultDingTalkClient;
import com.dingtalk.api.request.OapiAuthScopesRequest;
import com.dingtalk.api.request.OapiGettokenRequest;
import com.dingtalk.api.request.OapiImChatScencegroupMessageSendV2Request;
import com.dingtalk.api.request.OapiImChatScenegroupCreateRequest;
import com.dingtalk.api.request.OapiImChatScenegroupGetRequest;
import com.dingtalk.api.request.OapiImChatScenegroupMemberAddRequest;
import com.dingtalk.api.request.OapiImChatScenegroupMemberDeleteRequest;
import com.dingtalk.api.request.OapiImChatScenegroupTemplateApplyRequest;
import com.dingtalk.api.request.OapiImChatScenegroupUpdateRequest;
import com.dingtalk.api.request.OapiMessageCorpconversationAsyncsendV2Request;
import com.dingtalk.api.request.OapiMessageCorpconversationGetsendprogressRequest;
import com.dingtalk.api.request.OapiMessageCorpconversationGetsendresultRequest;
import com.dingtalk.api.request.OapiMessageCorpconversationRecallRequest;
import com.dingtalk.api.request.OapiRobotSendRequest;
import com.dingtalk.api.request.OapiUserGetbyunionidRequest;
import com.dingtalk.api.request.OapiV2UserGetRequest;
import com.dingtalk.api.request.OapiV2UserGetbymobileRequest;
import com.taobao.api.ApiException;
import com.taobao.api.BaseTaobaoRequest;
import com.taobao.api.TaobaoResponse;
import java.util.List;
import java.util.Map;
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
    void theLegacySdkWritesToPeopleReadsWhatBecameOfItAndTakesItBack() throws Exception {
        String token = token("s");
        var text = new OapiMessageCorpconversationAsyncsendV2Request.Text();
        text.setContent("down");
        var message = new OapiMessageCorpconversationAsyncsendV2Request.Msg();
        message.setMsgtype("text");
        message.setText(text);
        var send = new OapiMessageCorpconversationAsyncsendV2Request();
        send.setAgentId(123L);
        send.setUseridList("u1,nobody");
        send.setMsg(message);
        String path = "topapi/message/corpconversation/";
        Long task = legacy(path + "asyncsend_v2", send, token).getTaskId();

        var result = new OapiMessageCorpconversationGetsendresultRequest();
        result.setAgentId(123L);
        result.setTaskId(task);
        var became = legacy(path + "getsendresult", result, token).getSendResult();
        assertThat(became.getUnreadUserIdList()).containsExactly("u1");
        assertThat(became.getInvalidUserIdList()).containsExactly("nobody");
        var progress = new OapiMessageCorpconversationGetsendprogressRequest();
        progress.setAgentId(123L);
        progress.setTaskId(task);
        assertThat(legacy(path + "getsendprogress", progress, token)
                        .getProgress()
                        .getProgressInPercent())
                .isEqualTo(100);
        var recall = new OapiMessageCorpconversationRecallRequest();
        recall.setAgentId(123L);
        recall.setMsgTaskId(task);
        assertThat(legacy(path + "recall", recall, token).getErrcode()).isZero();
        assertThat(client.send("GET", "/sim/v1/direct-messages?tenant=acme", "")
                        .json()
                        .path("messages"))
                .isEmpty();
    }

    @Test
    void theLegacySdkReadsTheAppsRangeAndAPersonByUnionIdAndPutsATemplateOn() throws Exception {
        String token = token("s");
        var scopes = new OapiAuthScopesRequest();
        scopes.setHttpMethod("GET");
        assertThat(legacy("auth/scopes", scopes, token).getAuthOrgScopes().getAuthedDept())
                .containsExactly(1L);
        var person = new OapiUserGetbyunionidRequest();
        person.setUnionid("union-u2");
        assertThat(legacy("topapi/user/getbyunionid", person, token).getResult().getUserid())
                .isEqualTo("u2");
        var apply = new OapiImChatScenegroupTemplateApplyRequest();
        apply.setOpenConversationId(group(token));
        apply.setOwnerUserId("u1");
        apply.setTemplateId("t1");
        assertThat(legacy("topapi/im/chat/scenegroup/template/apply", apply, token)
                        .getErrcode())
                .isZero();
    }

    @Test
    void theNewSdkNamesSubAdminsFindsTheRobotsAndTakesAMessageBack() throws Exception {
        String token = token("s");
        String group = group(token);
        var im = new com.aliyun.dingtalkim_1_0.Client(config());
        assertThat(im.updateGroupSubAdminWithOptions(
                                new UpdateGroupSubAdminRequest()
                                        .setOpenConversationId(group)
                                        .setRole(2L)
                                        .setUserIds(List.of("u2")),
                                new UpdateGroupSubAdminHeaders().setXAcsDingtalkAccessToken(token),
                                new RuntimeOptions())
                        .getBody()
                        .getSuccess())
                .isTrue();
        assertThat(im.querySceneGroupTemplateRobotWithOptions(
                                new QuerySceneGroupTemplateRobotRequest()
                                        .setOpenConversationId(group)
                                        .setRobotCode("r1"),
                                new QuerySceneGroupTemplateRobotHeaders().setXAcsDingtalkAccessToken(token),
                                new RuntimeOptions())
                        .getBody()
                        .getResult()
                        .getUserId())
                .isEqualTo("robot");
        var robots = new com.aliyun.dingtalkrobot_1_0.Client(config());
        assertThat(robots.getBotListInGroupWithOptions(
                                new GetBotListInGroupRequest().setOpenConversationId(group),
                                new GetBotListInGroupHeaders().setXAcsDingtalkAccessToken(token),
                                new RuntimeOptions())
                        .getBody()
                        .getChatbotInstanceVOList())
                .hasSize(1);
        String key = robots.orgGroupSendWithOptions(
                        new OrgGroupSendRequest()
                                .setOpenConversationId(group)
                                .setRobotCode("r1")
                                .setMsgKey("sampleText")
                                .setMsgParam("{\"content\":\"go\"}"),
                        new OrgGroupSendHeaders().setXAcsDingtalkAccessToken(token),
                        new RuntimeOptions())
                .getBody()
                .getProcessQueryKey();
        assertThat(robots.orgGroupRecallWithOptions(
                                new OrgGroupRecallRequest()
                                        .setOpenConversationId(group)
                                        .setRobotCode("r1")
                                        .setProcessQueryKeys(List.of(key)),
                                new OrgGroupRecallHeaders().setXAcsDingtalkAccessToken(token),
                                new RuntimeOptions())
                        .getBody()
                        .getSuccessResult())
                .containsExactly(key);
        assertThat(client.rooms().path(0).path("messages")).isEmpty();
    }

    @Test
    void theNewSdkWritesToPeopleByTheAppsRobot() throws Exception {
        var sent = new com.aliyun.dingtalkrobot_1_0.Client(config())
                .batchSendOTOWithOptions(
                        new BatchSendOTORequest()
                                .setRobotCode("ding1")
                                .setUserIds(List.of("u1", "nobody"))
                                .setMsgKey("sampleText")
                                .setMsgParam("{\"content\":\"go\"}"),
                        new BatchSendOTOHeaders().setXAcsDingtalkAccessToken(token("s")),
                        new RuntimeOptions())
                .getBody();
        assertThat(sent.getInvalidStaffIdList()).containsExactly("nobody");
    }

    @Test
    void theNewSdkDeliversACardAndChangesIt() throws Exception {
        String token = token("s");
        String group = group(token);
        var cards = new com.aliyun.dingtalkcard_1_0.Client(config());
        var delivered = cards.createAndDeliverWithOptions(
                        new CreateAndDeliverRequest()
                                .setCardTemplateId("c")
                                .setOutTrackId("t1")
                                .setOpenSpaceId("dtv1.card//IM_GROUP." + group)
                                .setCardData(new CreateAndDeliverRequest.CreateAndDeliverRequestCardData()
                                        .setCardParamMap(Map.of("title", "down")))
                                .setImGroupOpenDeliverModel(
                                        new CreateAndDeliverRequest.CreateAndDeliverRequestImGroupOpenDeliverModel()
                                                .setRobotCode("r1")),
                        new CreateAndDeliverHeaders().setXAcsDingtalkAccessToken(token),
                        new RuntimeOptions())
                .getBody();
        assertThat(delivered.getResult().getDeliverResults().getFirst().getSuccess())
                .isTrue();
        cards.updateCardWithOptions(
                new UpdateCardRequest()
                        .setOutTrackId("t1")
                        .setCardData(new UpdateCardRequest.UpdateCardRequestCardData()
                                .setCardParamMap(Map.of("title", "solved"))),
                new UpdateCardHeaders().setXAcsDingtalkAccessToken(token),
                new RuntimeOptions());
        assertThat(client.rooms().path(0).path("messages").path(0).path("text").asString())
                .isEqualTo("solved");
    }

    @Test
    void theNewSdkReadsTheAppsItsRangeAndPeopleByName() throws Exception {
        String token = token("s");
        var apps = new com.aliyun.dingtalkmicro_app_1_0.Client(config());
        assertThat(apps.listAllInnerAppsWithOptions(
                                new ListAllInnerAppsHeaders().setXAcsDingtalkAccessToken(token), new RuntimeOptions())
                        .getBody()
                        .getAppList()
                        .getFirst()
                        .getAgentId())
                .isEqualTo(123L);
        assertThat(apps.getMicroAppScopeWithOptions(
                                "123",
                                new GetMicroAppScopeHeaders().setXAcsDingtalkAccessToken(token),
                                new RuntimeOptions())
                        .getBody()
                        .getResult()
                        .getDeptIds())
                .containsExactly(1L);
        assertThat(new com.aliyun.dingtalkcontact_1_0.Client(config())
                        .searchUserWithOptions(
                                new SearchUserRequest()
                                        .setQueryWord("Lucy")
                                        .setOffset(0)
                                        .setSize(10),
                                new SearchUserHeaders().setXAcsDingtalkAccessToken(token),
                                new RuntimeOptions())
                        .getBody()
                        .getList())
                .containsExactly("u3");
    }

    @Test
    void theNewSdkGetsACorpsTokenAndAPersonsAndReadsWhoThatIs() throws Exception {
        var oauth = new com.aliyun.dingtalkoauth2_1_0.Client(config());
        assertThat(oauth.getTokenWithOptions(
                                "dingcorp",
                                new GetTokenRequest()
                                        .setClientId("ding1")
                                        .setClientSecret("s")
                                        .setGrantType("client_credentials"),
                                Map.of(),
                                new RuntimeOptions())
                        .getBody()
                        .getExpiresIn())
                .isEqualTo(7200);
        client.send("PUT", "/sim/v1/tenants/acme/dingtalk/sign-ins", "{\"code\":\"c1\",\"userId\":\"u2\"}");
        String token = oauth.getUserToken(new GetUserTokenRequest()
                        .setClientId("ding1")
                        .setClientSecret("s")
                        .setCode("c1")
                        .setGrantType("authorization_code"))
                .getBody()
                .getAccessToken();
        assertThat(new com.aliyun.dingtalkcontact_1_0.Client(config())
                        .getUserWithOptions(
                                "me", new GetUserHeaders().setXAcsDingtalkAccessToken(token), new RuntimeOptions())
                        .getBody()
                        .getUnionId())
                .isEqualTo("union-u2");
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

    /** The JDK's HttpURLConnection sends a POST again when its answer is lost, and the call has no key to drop a repeat by. */
    @Test
    void theLegacySdkPostsTwiceWhenAnAnswerIsLost() throws Exception {
        String token = token("s");
        String group = group(token);
        var send = new OapiImChatScencegroupMessageSendV2Request();
        send.setTargetOpenConversationId(group);
        send.setRobotCode("r1");
        send.setMsgTemplateId("inner_app_template_markdown");
        send.setMsgParamMapString("{\"title\":\"INC-1\",\"markdown_content\":\"go\"}");
        String path = "topapi/im/chat/scencegroup/message/send_v2";
        client.fault("""
                {"platform":"DINGTALK","endpoint":"%s","kind":"RESET_AFTER","times":1}""".formatted(path));
        assertThat(legacy(path, send, token).isSuccess()).isTrue();
        assertThat(client.rooms().path(0).path("messages")).hasSize(2);
        assertThat(client.repeats()).hasSize(1);
    }

    /** OkHttp sends it again, too, but the SDK's body was read: the message that is there is reported as refused. */
    @Test
    void theNewSdkPostsAgainWithoutABodyWhenAnAnswerIsLost() throws Exception {
        String token = token("s");
        String group = group(token);
        var robot = new com.aliyun.dingtalkrobot_1_0.Client(config());
        var headers = new com.aliyun.dingtalkrobot_1_0.models.OrgGroupSendHeaders().setXAcsDingtalkAccessToken(token);
        var message = new com.aliyun.dingtalkrobot_1_0.models.OrgGroupSendRequest()
                .setOpenConversationId(group)
                .setRobotCode("r1")
                .setMsgKey("sampleText")
                .setMsgParam("{\"content\":\"go\"}");
        client.fault("""
                {"platform":"DINGTALK","endpoint":"v1.0/robot/groupMessages/send","kind":"RESET_AFTER","times":1}""");
        assertThatThrownBy(() ->
                        robot.orgGroupSendWithOptions(message, headers, new com.aliyun.teautil.models.RuntimeOptions()))
                .hasMessageContaining("robotCode is blank");
        assertThat(client.rooms().path(0).path("messages")).hasSize(1);
        assertThat(client.repeats()).isEmpty();
    }
}
