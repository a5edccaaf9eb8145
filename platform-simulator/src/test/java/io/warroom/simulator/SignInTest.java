package io.warroom.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.warroom.simulator.Client.Reply;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** People who sign in through the platform in their browser and come back with a code. */
final class SignInTest {
    private final Client client;

    SignInTest() throws Exception {
        client = new Client();
    }

    @AfterEach
    void stop() {
        client.close();
    }

    private void signIn(String platform, String code, String userId) throws Exception {
        assertThat(client.send(
                                "PUT",
                                "/sim/v1/tenants/acme/" + platform + "/sign-ins",
                                "{\"code\":\"" + code + "\",\"userId\":\"" + userId + "\"}")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aWecomCodeNamesTheMemberOnceAndATicketTellsMore() throws Exception {
        client.tenant("acme", "WECOM", """
                {"enterpriseId":"ww1","enterpriseKey":"key","addressBookKey":"book","serviceId":7}""");
        String token = client.send("GET", "/wecom/cgi-bin/gettoken?corpid=ww1&corpsecret=key", "")
                .json()
                .path("access_token")
                .asString();
        String who = "/wecom/cgi-bin/auth/getuserinfo?access_token=" + token + "&code=";
        signIn("wecom", "c1", "hidden");
        JsonNode member = client.send("GET", who + "c1", "").json();
        assertThat(member.path("userid").asString()).isEqualTo("hidden");
        assertThat(client.send("GET", who + "c1", "").code()).isEqualTo(40029);
        String details = "/wecom/cgi-bin/auth/getuserdetail?access_token=" + token;
        String ticket = "{\"user_ticket\":\"" + member.path("user_ticket").asString() + "\"}";
        assertThat(client.send("POST", details, ticket).json().path("email").asString())
                .isEqualTo("hidden@acme.cn");
        client.clock.advance(Duration.ofMinutes(30));
        assertThat(client.send("POST", details, ticket).code()).isEqualTo(40029);
    }

    @Test
    void aWecomStrangerIsNoMemberAndAnOldCodeHasExpired() throws Exception {
        client.tenant("acme", "WECOM", """
                {"enterpriseId":"ww1","enterpriseKey":"key","addressBookKey":"book","serviceId":7}""");
        String token = client.send("GET", "/wecom/cgi-bin/gettoken?corpid=ww1&corpsecret=key", "")
                .json()
                .path("access_token")
                .asString();
        String who = "/wecom/cgi-bin/auth/getuserinfo?access_token=" + token + "&code=";
        signIn("wecom", "c1", "stranger");
        signIn("wecom", "c2", "u1");
        JsonNode stranger = client.send("GET", who + "c1", "").json();
        assertThat(stranger.has("userid")).isFalse();
        assertThat(stranger.path("external_userid").asString()).isNotEmpty();
        client.clock.advance(Duration.ofMinutes(5));
        assertThat(client.send("GET", who + "c2", "").code()).isEqualTo(42003);
    }

    @Test
    void aDingtalkCodeGivesAPersonsTokenThatIsRefreshedOnceAndOpensNothingElse() throws Exception {
        client.tenant("acme", "DINGTALK", """
                {"clientId":"ding1","clientSecret":"s","groupTemplateId":"g","robotId":"r","serviceId":42}""");
        signIn("dingtalk", "c1", "u1");
        String ask =
                "{\"clientId\":\"ding1\",\"clientSecret\":\"s\",\"grantType\":\"%s\",\"code\":\"c1\",\"refreshToken\":\"%s\"}";
        String path = "/dingtalk/v1.0/oauth2/userAccessToken";
        JsonNode given = client.send("POST", path, ask.formatted("authorization_code", ""))
                .json();
        String token = given.path("accessToken").asString();
        String header = "x-acs-dingtalk-access-token";
        Reply me = client.send("GET", "/dingtalk/v1.0/contact/users/me", "", header, token);
        assertThat(me.json().path("unionId").asString()).isEqualTo("union-u1");
        assertThat(me.json().path("mobile").asString()).isEqualTo("13800000001");
        assertThat(client.send("POST", "/dingtalk/v1.0/im/sceneGroups/query", "{}", header, token)
                        .json()
                        .path("code")
                        .asString())
                .isEqualTo("InvalidAuthentication");
        assertThat(client.send("POST", path, ask.formatted("authorization_code", ""))
                        .status())
                .isEqualTo(400);
        String refresh =
                ask.formatted("refresh_token", given.path("refreshToken").asString());
        assertThat(client.send("POST", path, refresh).status()).isEqualTo(200);
        assertThat(client.send("POST", path, refresh).status()).isEqualTo(400);
    }

    @Test
    void aLarkCodeGivesAPersonsTokenAndEachRefusalItsCode() throws Exception {
        client.tenant("acme", "LARK", "{\"appId\":\"cli_1\",\"appSecret\":\"s\"}");
        signIn("lark", "c1", "u1");
        signIn("lark", "c2", "hidden");
        signIn("lark", "c3", "u1");
        String ask =
                "{\"grant_type\":\"authorization_code\",\"client_id\":\"cli_1\",\"client_secret\":\"%s\",\"code\":\"%s\"}";
        String path = "/lark/open-apis/authen/v2/oauth/token";
        String token = client.send("POST", path, ask.formatted("s", "c1"))
                .json()
                .path("access_token")
                .asString();
        String info = "/lark/open-apis/authen/v1/user_info";
        Reply me = client.send("GET", info, "", "Authorization", "Bearer " + token);
        assertThat(me.json().path("data").path("open_id").asString()).isEqualTo("u1");
        assertThat(client.send("GET", "/lark/open-apis/bot/v3/info", "", "Authorization", "Bearer " + token)
                        .code())
                .isEqualTo(99991663);
        assertThat(client.send("POST", path, ask.formatted("s", "c1")).code()).isEqualTo(20065);
        assertThat(client.send("POST", path, ask.formatted("s", "none")).code()).isEqualTo(20003);
        assertThat(client.send("POST", path, ask.formatted("x", "c3")).code()).isEqualTo(20002);
        assertThat(client.send("POST", path, ask.formatted("s", "c2")).code()).isEqualTo(20010);
        client.clock.advance(Duration.ofMinutes(5));
        assertThat(client.send("POST", path, ask.formatted("s", "c3")).code()).isEqualTo(20004);
        Reply nobody = client.send("GET", info, "", "Authorization", "Bearer none");
        assertThat(nobody.status()).isEqualTo(200);
        assertThat(nobody.code()).isEqualTo(20005);
    }
}
