package io.warroom.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.warroom.simulator.Client.Reply;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DingtalkTest {
    private static final String HEADER = "x-acs-dingtalk-access-token";

    private final Client client;
    private String token = "";

    DingtalkTest() throws Exception {
        client = new Client();
    }

    @BeforeEach
    void register() throws Exception {
        client.tenant("acme", "DINGTALK", """
                {"clientId":"ding1","clientSecret":"s","groupTemplateId":"t1","robotId":"r1","serviceId":"123"}""");
        token = token("s").json().path("accessToken").asString();
    }

    @AfterEach
    void stop() {
        client.close();
    }

    private Reply token(String secret) throws Exception {
        String body = "{\"appKey\":\"ding1\",\"appSecret\":\"" + secret + "\"}";
        return client.send("POST", "/dingtalk/v1.0/oauth2/accessToken", body);
    }

    private Reply v1(String endpoint, String body) throws Exception {
        return client.send("POST", "/dingtalk/v1.0/" + endpoint, body, HEADER, token);
    }

    private Reply legacy(String endpoint, String body) throws Exception {
        return client.send("POST", "/dingtalk/topapi/" + endpoint + "?access_token=" + token, body);
    }

    private Reply create(String uuid, String owner, String template) throws Exception {
        return v1("im/sceneGroup/create", """
                {"title":"INC-1","template_id":"%s","owner_user_id":"%s","user_ids":["u1","u2"],"uuid":"%s"}""".formatted(template, owner, uuid));
    }

    private String group() throws Exception {
        return create("g", "u1", "t1").json().path("open_conversation_id").asString();
    }

    private static String errorOf(Reply reply) {
        return reply.status() + " " + reply.json().path("code").asString();
    }

    @Test
    void aGroupIsMadeFilledWrittenIntoAndDissolved() throws Exception {
        String group = group();
        assertThat(v1("im/sceneGroup/member/add", "{\"open_conversation_id\":\"" + group + "\",\"user_ids\":[\"u3\"]}")
                        .json()
                        .path("success")
                        .asBoolean())
                .isTrue();
        var sent = legacy("im/chat/scencegroup/message/send_v2", """
                {"target_open_conversation_id":"%s","robot_code":"r1","msg_template_id":"inner_app_template_markdown",
                "msg_param_map":"{\\"title\\":\\"INC\\",\\"markdown_content\\":\\"go\\"}"}""".formatted(group));
        assertThat(sent.json().path("open_msg_id").asString()).isNotEmpty();
        var robot = v1("robot/groupMessages/send", """
                {"openConversationId":"%s","robotCode":"r1","msgKey":"sampleText","msgParam":"{\\"content\\":\\"b\\"}"}""".formatted(group));
        assertThat(robot.json().path("processQueryKey").asString()).isNotEmpty();
        v1("im/sceneGroup/update", "{\"open_conversation_id\":\"" + group + "\",\"title\":\"solved\"}");

        var room = client.rooms().path(0);
        assertThat(room.path("members").size()).isEqualTo(3);
        assertThat(room.path("name").asString()).isEqualTo("solved");
        assertThat(room.path("messages").path(0).path("text").asString()).isEqualTo("INC\ngo");

        String id = "{\"openConversationId\":\"" + group + "\"}";
        assertThat(v1("im/sceneGroups/query", id).json().path("status").asInt()).isEqualTo(1);
        assertThat(v1("im/chat/scenegroup/disband", id).status()).isEqualTo(200);
        assertThat(v1("im/sceneGroups/query", id).json().path("status").asInt()).isEqualTo(2);
        assertThat(errorOf(v1("im/chat/scenegroup/disband", id))).isEqualTo("400 groupDisbang");
    }

    @Test
    void aRepeatedUuidMakesNoSecondGroupUnlessSwitchedSo() throws Exception {
        String first = group();
        assertThat(group()).isEqualTo(first);
        client.switches("dingtalk", "{\"repeatedUuid\":\"ERROR\"}");
        assertThat(errorOf(create("g", "u1", "t1"))).isEqualTo("400 parameter.invalid");
        assertThat(client.rooms().size()).isEqualTo(1);

        client.switches("dingtalk", "{\"repeatedUuid\":\"NEW_ROOM\"}");
        assertThat(group()).isNotEqualTo(first);
        assertThat(client.rooms().size()).isEqualTo(2);
    }

    @Test
    void templateOwnerAndMembersAreChecked() throws Exception {
        assertThat(errorOf(create("a", "u1", "other"))).isEqualTo("400 groupTemplate.notFound");
        assertThat(errorOf(create("b", "nobody", "t1"))).isEqualTo("400 member.notFound");
        assertThat(errorOf(create("c", "hidden", "t1"))).isEqualTo("400 permession.checkFailed");
        assertThat(client.rooms().size()).isZero();
    }

    @Test
    void addingAMemberAgainIsFineUnlessSwitchedSo() throws Exception {
        String again = "{\"open_conversation_id\":\"" + group() + "\",\"user_ids\":[\"u2\"]}";
        assertThat(v1("im/sceneGroup/member/add", again).status()).isEqualTo(200);
        client.switches("DINGTALK", "{\"existingMember\":\"ERROR\"}");
        assertThat(v1("im/sceneGroup/member/add", again).status()).isEqualTo(400);
    }

    @Test
    void robotsAndGroupsAreCheckedInBothFamilies() throws Exception {
        String old = "{\"target_open_conversation_id\":\"%s\",\"robot_code\":\"%s\",\"msg_template_id\":\"%s\"}";
        String send = "im/chat/scencegroup/message/send_v2";
        assertThat(legacy(send, old.formatted("x", "r9", "t")).code()).isEqualTo(660014);
        assertThat(legacy(send, old.formatted("x", "r1", "t")).code()).isEqualTo(660015);
        assertThat(legacy(send, old.formatted(group(), "r1", "t")).code()).isEqualTo(660024);
        String v1 = "{\"openConversationId\":\"x\",\"robotCode\":\"%s\"}";
        assertThat(errorOf(v1("robot/groupMessages/send", v1.formatted("r9"))))
                .isEqualTo("400 invalidParameter.robotCode.notExsit");
        assertThat(errorOf(v1("robot/groupMessages/send", v1.formatted("r1"))))
                .isEqualTo("400 invalid.openConversationId");
    }

    @Test
    void peopleAreFoundByMobileAndId() throws Exception {
        assertThat(legacy("v2/user/getbymobile", "{\"mobile\":\"13800000001\"}")
                        .json()
                        .path("result")
                        .path("userid")
                        .asString())
                .isEqualTo("u1");
        assertThat(legacy("v2/user/getbymobile", "{\"mobile\":\"13800000000\"}").code())
                .isEqualTo(60121);
        assertThat(legacy("v2/user/getbymobile", "{\"mobile\":\"1\"}").code()).isEqualTo(40104);
        assertThat(legacy("v2/user/getbymobile", "{}").code()).isEqualTo(400002);
        assertThat(legacy("v2/user/get", "{}").code()).isEqualTo(400002);
        assertThat(legacy("v2/user/get", "{\"userid\":\"u2\"}")
                        .json()
                        .path("result")
                        .path("name")
                        .asString())
                .isEqualTo("Han Mei");
        assertThat(legacy("v2/user/get", "{\"userid\":\"nobody\"}").code()).isEqualTo(33012);
        assertThat(legacy("v2/user/get", "{\"userid\":\"hidden\"}").code()).isEqualTo(50002);
    }

    @Test
    void theLegacyFamilyTakesForms() throws Exception {
        var request = java.net.http.HttpRequest.newBuilder(java.net.URI.create(
                        client.simulator.baseUrl() + "/dingtalk/topapi/v2/user/getbymobile?access_token=" + token))
                .header("Content-Type", "application/x-www-form-urlencoded;charset=utf-8")
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString("mobile=%2B8613800000001"))
                .build();
        try (var http = java.net.http.HttpClient.newHttpClient()) {
            var answer = http.send(request, java.net.http.HttpResponse.BodyHandlers.ofString());
            assertThat(answer.body()).contains("\"userid\":\"u1\"");
        }
    }

    @Test
    void eachFamilyRefusesBadTokensInItsOwnShape() throws Exception {
        assertThat(errorOf(token("wrong"))).isEqualTo("400 invalidClientIdOrSecret");
        assertThat(client.send("GET", "/dingtalk/gettoken?appkey=ding1&appsecret=wrong", "")
                        .code())
                .isEqualTo(40096);
        assertThat(errorOf(client.send("POST", "/dingtalk/v1.0/im/sceneGroup/create", "{}")))
                .isEqualTo("400 AuthenticationFailed.MissingParameter");
        token = "t-unknown";
        assertThat(errorOf(create("a", "u1", "t1"))).isEqualTo("400 InvalidAuthentication");
        var old = legacy("v2/user/get", "{}").json();
        assertThat(old.path("errcode").asInt()).isEqualTo(88);
        assertThat(old.path("sub_code").isString()).isTrue();
        assertThat(old.path("sub_code").asString()).isEqualTo("40014");
    }

    @Test
    void askingForATokenAgainRenewsIt() throws Exception {
        client.clock.advance(Duration.ofMinutes(100));
        assertThat(token("s").json().path("accessToken").asString()).isEqualTo(token);
        client.clock.advance(Duration.ofMinutes(100));
        assertThat(create("a", "u1", "t1").status()).isEqualTo(200);
        client.clock.advance(Duration.ofMinutes(20));
        assertThat(errorOf(create("b", "u1", "t1"))).isEqualTo("400 InvalidAuthentication");
        assertThat(legacy("v2/user/get", "{}").json().path("sub_code").asString())
                .isEqualTo("42001");
    }

    @Test
    void oneTokenServesBothFamiliesAndIsRevokedInBoth() throws Exception {
        var old = client.send("GET", "/dingtalk/gettoken?appkey=ding1&appsecret=s", "");
        assertThat(old.json().path("access_token").asString()).isEqualTo(token);
        client.revoke("DINGTALK");
        assertThat(errorOf(create("a", "u1", "t1"))).isEqualTo("400 InvalidAuthentication");
    }

    @Test
    void brokenBodiesAndUnknownPathsAreRefusedInEachShape() throws Exception {
        assertThat(errorOf(v1("im/sceneGroup/create", "{"))).isEqualTo("400 parameter.invalid");
        assertThat(legacy("v2/user/get", "{").code()).isEqualTo(40035);
        assertThat(legacy("no/such", "{}").code()).isEqualTo(22);
        assertThat(v1("no/such", "{}").status()).isEqualTo(404);
        assertThat(v1("im/sceneGroup/create", "x".repeat(1_050_000)).status()).isEqualTo(413);
    }

    @Test
    void anUnusableIdInAListDoesWhatIsChosen() throws Exception {
        String body = """
                {"title":"INC","template_id":"t1","owner_user_id":"u1","user_ids":["u2","nobody"],"uuid":"k"}""";
        assertThat(errorOf(v1("im/sceneGroup/create", body))).isEqualTo("400 member.notFound");
        client.switches("DINGTALK", "{\"badMember\":\"REFUSED_AS_PARAMETER\"}");
        assertThat(errorOf(v1("im/sceneGroup/create", body))).isEqualTo("400 parameter.invalid");
        assertThat(client.rooms().size()).isZero();
        client.switches("DINGTALK", "{\"badMember\":\"SKIPPED\"}");
        assertThat(v1("im/sceneGroup/create", body).status()).isEqualTo(200);
        assertThat(client.rooms().path(0).path("members").size()).isEqualTo(2);
    }

    @Test
    void aNewGroupSettlesForAsLongAsChosen() throws Exception {
        client.switches("DINGTALK", "{\"settlingSeconds\":5}");
        String group = group();
        String add = "{\"open_conversation_id\":\"" + group + "\",\"user_ids\":[\"u3\"]}";
        String old = """
                {"target_open_conversation_id":"%s","robot_code":"r1","msg_template_id":"inner_app_template_text",
                "msg_param_map":"{\\"content\\":\\"go\\"}"}""".formatted(group);
        String robot = """
                {"openConversationId":"%s","robotCode":"r1","msgKey":"sampleText","msgParam":"{\\"content\\":\\"go\\"}"}""".formatted(group);
        assertThat(errorOf(v1("im/sceneGroup/member/add", add))).isEqualTo("400 permession.checkFailed");
        assertThat(legacy("im/chat/scencegroup/message/send_v2", old).code()).isEqualTo(660012);
        assertThat(errorOf(v1("robot/groupMessages/send", robot))).isEqualTo("400 robotNotFound");
        client.clock.advance(Duration.ofSeconds(5));
        assertThat(v1("im/sceneGroup/member/add", add).status()).isEqualTo(200);
        assertThat(legacy("im/chat/scencegroup/message/send_v2", old).code()).isZero();
    }

    @Test
    void aWithheldPermissionIsRefusedInEachShape() throws Exception {
        client.switches("DINGTALK", "{\"withheldScopes\":[\"qyapi_chat_manage\",\"qyapi_get_member\"]}");
        var refused = create("a", "u1", "t1");
        assertThat(errorOf(refused)).isEqualTo("403 Forbidden.AccessDenied.AccessTokenPermissionDenied");
        assertThat(refused.json()
                        .path("accessdenieddetail")
                        .path("requiredScopes")
                        .path(0)
                        .asString())
                .isEqualTo("qyapi_chat_manage");
        assertThat(legacy("v2/user/get", "{\"userid\":\"u1\"}")
                        .json()
                        .path("sub_code")
                        .asString())
                .isEqualTo("60011");
        assertThat(legacy("v2/user/getbymobile", "{\"mobile\":\"13800000001\"}").code())
                .isZero();
    }

    @Test
    void twentyCallsASecondAndFiveThousandAMonthAreTakenWhenLimitsAreKept() throws Exception {
        String group = group();
        client.switches("DINGTALK", "{\"limits\":true}");
        String query = "{\"openConversationId\":\"" + group + "\"}";
        for (int i = 0; i < 20; i++) {
            assertThat(v1("im/sceneGroups/query", query).status()).isEqualTo(200);
        }
        assertThat(errorOf(v1("im/sceneGroups/query", query)))
                .isEqualTo("403 Forbidden.AccessDenied.QpsLimitForAppkeyAndApi");
        for (int i = 20; i < 5_000; i++) {
            client.clock.advance(Duration.ofMillis(i % 20 == 0 ? 1_000 : 0));
            assertThat(v1("im/sceneGroups/query", query).status()).isEqualTo(200);
        }
        client.clock.advance(Duration.ofSeconds(1));
        assertThat(errorOf(v1("im/sceneGroups/query", query)))
                .isEqualTo("403 Forbidden.AccessDenied.ApiCountLimitForOrg");
        assertThat(legacy("v2/user/getbymobile", "{\"mobile\":\"13800000001\"}").code())
                .isZero();
    }

    @Test
    void whoResignedIsNotFound() throws Exception {
        assertThat(legacy("v2/user/getbymobile", "{\"mobile\":\"13800000008\"}").code())
                .isEqualTo(60121);
        assertThat(legacy("v2/user/get", "{\"userid\":\"gone\"}").code()).isEqualTo(33012);
        assertThat(errorOf(create("g", "gone", "t1"))).isEqualTo("400 member.notFound");
    }

    @Test
    void theContactRangeIsReadAsDepartmentsOrAsPeople() throws Exception {
        var whole = client.send("GET", "/dingtalk/auth/scopes?access_token=" + token, "")
                .json()
                .path("auth_org_scopes");
        assertThat(whole.path("authed_dept").path(0).asInt()).isEqualTo(1);
        client.switches("dingtalk", "{\"rootVisible\":false}");
        var some = client.send("GET", "/dingtalk/auth/scopes?access_token=" + token, "")
                .json()
                .path("auth_org_scopes");
        assertThat(some.path("authed_dept").isEmpty()).isTrue();
        assertThat(some.path("authed_user").size()).isEqualTo(3);
        assertThat(client.send("GET", "/dingtalk/auth/scopes?access_token=none", "")
                        .code())
                .as("a path outside of topapi")
                .isEqualTo(40014);
    }

    @Test
    void theTemplatesRobotIsFoundInAGroup() throws Exception {
        String group = group();
        String robots = "/dingtalk/v1.0/im/sceneGroups/templates/robots?openConversationId="
                + URLEncoder.encode(group, StandardCharsets.UTF_8) + "&robotCode=";
        assertThat(client.send("GET", robots + "r1", "", HEADER, token)
                        .json()
                        .path("success")
                        .asBoolean())
                .isTrue();
        assertThat(errorOf(client.send("GET", robots + "r2", "", HEADER, token)))
                .isEqualTo("400 robotNotFound");
    }

    @Test
    void theOrganisationsAppsAreListedWithThePermissionForIt() throws Exception {
        assertThat(client.send("GET", "/dingtalk/v1.0/microApp/allInnerApps", "", HEADER, token)
                        .json()
                        .path("appList")
                        .path(0)
                        .path("agentId")
                        .asInt())
                .isEqualTo(123);
        client.switches("dingtalk", "{\"withheldScopes\":[\"qyapi_get_microapp_list\"]}");
        assertThat(client.send("GET", "/dingtalk/v1.0/microApp/allInnerApps", "", HEADER, token)
                        .status())
                .isEqualTo(403);
    }

    @Test
    void anAddressThatIsNotListedIsRefusedInEachShapeAndADisabledAppByItsCode() throws Exception {
        client.switches("dingtalk", "{\"addressAllowed\":false}");
        assertThat(token("s").status()).isEqualTo(200);
        assertThat(errorOf(create("g", "u1", "t1"))).isEqualTo("403 Forbidden.AccessDenied.IpNotInWhiteList");
        var legacy = legacy("v2/user/get", "{\"userid\":\"u1\"}").json();
        assertThat(legacy.path("errcode").asInt()).isEqualTo(88);
        assertThat(legacy.path("sub_code").asString()).isEqualTo("60020");
        client.switches("dingtalk", "{\"addressAllowed\":true,\"appState\":\"DISABLED\"}");
        assertThat(legacy("v2/user/get", "{\"userid\":\"u1\"}").code()).isEqualTo(50003);
        assertThat(errorOf(create("g", "u1", "t1"))).isEqualTo("400 50003");
    }

    @Test
    void aRefusalOnDemandHasTheShapeOfItsFamilyAndTheStatusOfItsCode() throws Exception {
        client.fault("""
                {"kind":"REFUSED","platform":"DINGTALK","code":"system.error"},{"kind":"REFUSED","platform":"DINGTALK","code":"groupTemplate.notFound"},
                {"kind":"REFUSED","platform":"DINGTALK","code":"Forbidden.AccessDenied.QpmLimitForApi"},{"kind":"REFUSED","platform":"DINGTALK","code":"systemBusy"},
                {"kind":"REFUSED","code":"90018"},{"kind":"REFUSED","code":"660014"}""");
        assertThat(errorOf(create("g", "u1", "t1"))).isEqualTo("500 system.error");
        assertThat(errorOf(create("g", "u1", "t1"))).isEqualTo("400 groupTemplate.notFound");
        assertThat(errorOf(create("g", "u1", "t1"))).isEqualTo("403 Forbidden.AccessDenied.QpmLimitForApi");
        assertThat(errorOf(create("g", "u1", "t1"))).isEqualTo("429 systemBusy");
        assertThat(legacy("v2/user/get", "{}").json().path("sub_code").asString())
                .isEqualTo("90018");
        assertThat(legacy("v2/user/get", "{}").code()).isEqualTo(660014);
        assertThat(client.rooms().size()).isZero();
    }
}
