package io.warroom.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.warroom.simulator.Client.Reply;
import java.io.IOException;
import java.net.BindException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class WitnessTest {
    private final Client client;

    WitnessTest() throws Exception {
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

    private Reply token(String secret) throws Exception {
        return client.send(
                "POST",
                "/lark/open-apis/auth/v3/tenant_access_token/internal",
                "{\"app_id\":\"cli_1\",\"app_secret\":\"" + secret + "\"}");
    }

    private Reply create() throws Exception {
        return client.send(
                "POST",
                "/lark/open-apis/im/v1/chats?uuid=k",
                "{\"name\":\"INC\"}",
                "Authorization",
                "Bearer " + token("s").json().path("tenant_access_token").asString());
    }

    @Test
    void callsAreCountedByTenantAndThoseOfNobodyApart() throws Exception {
        token("s");
        token("s");
        token("wrong");
        client.send(
                "POST",
                "/lark/open-apis/auth/v3/tenant_access_token/internal",
                "{\"app_id\":\"nobodys\",\"app_secret\":\"s\"}");
        var calls = client.send("GET", "/sim/v1/calls", "").json();
        assertThat(calls.path("total").asInt()).isEqualTo(4);
        assertThat(calls.path("calls").path(0).path("tenantId").asString()).isEqualTo("acme");
        assertThat(calls.path("calls").path(0).path("count").asInt()).isEqualTo(3);
        assertThat(calls.path("calls").path(0).path("failures").asInt()).isEqualTo(1);
        assertThat(calls.path("calls").path(1).path("tenantId").isNull()).isTrue();
        assertThat(calls.path("calls").path(1).path("failures").asInt()).isEqualTo(1);
        assertThat(client.send("GET", "/sim/v1/calls?tenant=acme", "")
                        .json()
                        .path("total")
                        .asInt())
                .isEqualTo(3);
    }

    @Test
    void registeringAgainReplacesTheSecretAndKeepsTheRooms() throws Exception {
        create();
        client.tenant("acme", "LARK", "{\"appId\":\"cli_1\",\"appSecret\":\"new\"}");
        assertThat(token("s").code()).isEqualTo(10014);
        assertThat(token("new").code()).isZero();
        assertThat(client.rooms().size()).isEqualTo(1);
    }

    @Test
    void badInputIsRefusedByTheNameOfItsField() throws Exception {
        String put = "/sim/v1/tenants/x";
        assertRefused(client.send("PUT", put, "{\"platform\":\"SLACK\"}"), "platform");
        assertRefused(
                client.send("PUT", put, "{\"platform\":\"LARK\",\"app\":{\"appId\":\"a\"},\"people\":[]}"),
                "appSecret");
        assertRefused(client.send("PUT", put, "{\"platform\":\"LARK\",\"colour\":1}"), "colour");
        assertRefused(
                client.send(
                        "PUT",
                        put,
                        "{\"platform\":\"LARK\",\"app\":{\"appId\":\"a\",\"appSecret\":\"b\"},\"people\":[{\"age\":3}]}"),
                "age");
        assertRefused(client.send("PUT", put, "{"), "body");
        assertRefused(
                client.send("PUT", "/sim/v1/tenants/acme/LARK/switches", "{\"repeatedUuid\":\"X\"}"), "repeatedUuid");
        assertRefused(client.send("PUT", "/sim/v1/tenants/acme/WECOM/switches", "{}"), "WECOM");
        assertRefused(client.send("PUT", "/sim/v1/faults", "{\"faults\":[{\"kind\":\"FIRE\"}]}"), "kind");
        assertRefused(
                client.send("PUT", "/sim/v1/faults", "{\"faults\":[{\"kind\":\"REFUSED\",\"code\":\"system.error\"}]}"),
                "code");
        assertRefused(
                client.send("PUT", "/sim/v1/faults", "{\"faults\":[{\"kind\":\"HANG\",\"code\":\"1\"}]}"), "code");
        assertRefused(client.send("GET", "/sim/v1/rooms?platform=SLACK", ""), "platform");
        assertThat(client.send("GET", "/sim/v1/nothing", "").status()).isEqualTo(404);
    }

    @Test
    void registeringAgainForgetsTheOldPeopleAndTheOldApp() throws Exception {
        var put = client.send("PUT", "/sim/v1/tenants/acme", """
                {"platform":"LARK","app":{"appId":"cli_2","appSecret":"s"},"people":[
                {"userId":"u9","mobile":"13800000001","email":"li@acme.cn"}]}""");
        assertThat(put.status()).isEqualTo(200);
        assertThat(token("s").json().path("msg").asString()).isEqualTo("app id not exists");
        var given = client.send(
                "POST",
                "/lark/open-apis/auth/v3/tenant_access_token/internal",
                "{\"app_id\":\"cli_2\",\"app_secret\":\"s\"}");
        var found = client.send(
                "POST",
                "/lark/open-apis/contact/v3/users/batch_get_id",
                "{\"mobiles\":[\"13800000001\",\"13800000002\"],\"emails\":[\"LI@acme.cn\",\"\"]}",
                "Authorization",
                "Bearer " + given.json().path("tenant_access_token").asString());
        assertThat(found.json().path("data").path("user_list").toString())
                .contains("{\"email\":\"\"}", "{\"mobile\":\"13800000002\"}")
                .containsPattern("u9.*u9")
                .doesNotContain("u1");
    }

    @Test
    void aTenantsRoomsAreItsOwn() throws Exception {
        create();
        client.tenant("other", "LARK", "{\"appId\":\"cli_3\",\"appSecret\":\"s\"}");
        assertThat(client.rooms().size()).isEqualTo(1);
        assertThat(client.send("GET", "/sim/v1/rooms?tenant=other", "")
                        .json()
                        .path("rooms")
                        .size())
                .isZero();
        assertThat(client.send("GET", "/sim/v1/rooms?tenant=acme&platform=WECOM", "")
                        .json()
                        .path("rooms")
                        .size())
                .isZero();
    }

    private static void assertRefused(Reply reply, String field) {
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().path("error").asString()).contains(field);
    }

    @Test
    void resetForgetsAll() throws Exception {
        create();
        assertThat(client.send("POST", "/sim/v1/reset", "").status()).isEqualTo(200);
        assertThat(client.rooms().size()).isZero();
        assertThat(token("s").code()).isEqualTo(10014);
        assertThat(client.send("GET", "/sim/v1/health", "").status()).isEqualTo(200);
    }

    @Test
    void aResetAfterTheEffectLeavesTheRoomAndNoAnswer() throws Exception {
        client.fault("{\"endpoint\":\"im/v1/chats\",\"kind\":\"RESET_AFTER\"}");
        assertThatThrownBy(this::create).isInstanceOf(IOException.class);
        assertThat(client.rooms().size()).isEqualTo(1);
        assertThat(create().code()).isZero();
        assertThat(client.rooms().size()).isEqualTo(1);
    }

    @Test
    void faultsWithoutEffectLeaveNoRoom() throws Exception {
        client.fault("{\"endpoint\":\"im/v1/chats\",\"kind\":\"RESET_BEFORE\",\"tenant\":\"acme\"}");
        assertThatThrownBy(this::create).isInstanceOf(IOException.class);
        client.fault("{\"endpoint\":\"im/v1/chats\",\"kind\":\"HANG\",\"millis\":1}");
        assertThatThrownBy(this::create).isInstanceOf(IOException.class);
        client.fault("{\"endpoint\":\"im/v1/chats\",\"kind\":\"THROTTLED\",\"platform\":\"LARK\",\"times\":2}");
        assertThat(create().status()).isEqualTo(429);
        assertThat(create().code()).isEqualTo(99991400);
        client.fault("{\"endpoint\":\"im/v1/chats\",\"kind\":\"HTTP_502_HTML\"}");
        assertThat(create().contentType()).isEqualTo("text/html");
        client.fault("{\"endpoint\":\"im/v1/chats\",\"kind\":\"HTTP_500\"}");
        assertThat(create().status()).isEqualTo(500);
        client.fault("{\"endpoint\":\"im/v1/chats\",\"kind\":\"WRONG_BODY\"}");
        assertThat(create().json().isMissingNode()).isTrue();
        assertThat(client.rooms().size()).isZero();
    }

    @Test
    void aFaultForAnotherTenantWaits() throws Exception {
        client.fault("{\"tenant\":\"other\",\"kind\":\"HTTP_500\"}");
        assertThat(create().code()).isZero();
    }

    @Test
    void thePageIsSelfContained() throws Exception {
        var page = client.send("GET", "/", "");
        assertThat(page.contentType()).startsWith("text/html");
        assertThat(page.text()).contains("textContent").doesNotContain("innerHTML", "src=", "http://", "https://");
    }

    @Test
    void aTakenPortIsABindException() {
        assertThatThrownBy(() ->
                        Simulator.start("127.0.0.1", client.simulator.port()).close())
                .isInstanceOfAny(BindException.class, IOException.class);
    }
}
