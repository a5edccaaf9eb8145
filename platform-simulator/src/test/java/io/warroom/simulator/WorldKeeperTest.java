package io.warroom.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A world that outlives its simulator. */
final class WorldKeeperTest {
    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();

    private Simulator start() throws IOException {
        return Simulator.start("127.0.0.1", 0, Clock.systemUTC(), folder.resolve("world"));
    }

    private String send(Simulator simulator, String method, String path, String body) throws Exception {
        return http.send(
                        HttpRequest.newBuilder(URI.create(simulator.baseUrl() + path))
                                .header("Content-Type", "application/json")
                                .method(method, BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.ofString())
                .body();
    }

    private String token(Simulator simulator) throws Exception {
        return send(simulator, "GET", "/wecom/cgi-bin/gettoken?corpid=ww1&corpsecret=key", "")
                .replaceAll(".*\"access_token\":\"([^\"]+)\".*", "$1");
    }

    private String weCom(Simulator simulator, String endpoint, String body) throws Exception {
        return send(simulator, "POST", "/wecom/cgi-bin/" + endpoint + "?access_token=" + token(simulator), body);
    }

    @Test
    void worldIsThereAgainAfterARestart() throws Exception {
        String rooms;
        String switches;
        try (Simulator first = start()) {
            send(first, "PUT", "/sim/v1/tenants/acme", """
                    {"platform":"WECOM","app":{"enterpriseId":"ww1","enterpriseKey":"key","addressBookKey":"book","serviceId":7},
                    "people":[{"userId":"u1","name":"Li Lei","mobile":"+8613800000001"},{"userId":"u2","name":"Han"},
                    {"userId":"gone","name":"Gone","resigned":true}]}""");
            send(first, "PUT", "/sim/v1/tenants/acme/WECOM/switches", "{\"groupCap\":9,\"unknownMember\":\"86007\"}");
            weCom(first, "appchat/create", "{\"chatid\":\"wr1\",\"name\":\"INC-1\",\"userlist\":[\"u1\",\"u2\"]}");
            weCom(first, "appchat/send", "{\"chatid\":\"wr1\",\"msgtype\":\"text\",\"text\":{\"content\":\"go\"}}");
            weCom(
                    first,
                    "message/send",
                    "{\"touser\":\"u1\",\"agentid\":7,\"msgtype\":\"text\",\"text\":{\"content\":\"hi\"}}");
            send(first, "PUT", "/sim/v1/tenants/acme/WECOM/webhooks", "{\"key\":\"k1\",\"roomId\":\"wr1\"}");
            rooms = send(first, "GET", "/sim/v1/rooms", "");
            switches = send(first, "GET", "/sim/v1/tenants/acme/WECOM/switches", "");
        }
        try (Simulator second = start()) {
            assertThat(rooms).contains("wr1", "go");
            assertThat(send(second, "GET", "/sim/v1/rooms", "")).isEqualTo(rooms);
            assertThat(send(second, "GET", "/sim/v1/tenants/acme/WECOM/switches", ""))
                    .isEqualTo(switches);
            assertThat(send(second, "GET", "/sim/v1/direct-messages?tenant=acme", ""))
                    .contains("hi");
            assertThat(weCom(second, "appchat/create", "{\"chatid\":\"wr1\",\"userlist\":[\"u1\",\"u2\"]}"))
                    .contains("86215");
            assertThat(send(second, "POST", "/wecom/cgi-bin/webhook/send?key=k1", """
                    {"msgtype":"text","text":{"content":"by the robot"}}"""))
                    .contains("\"errcode\":0");
        }
        try (var files = Files.list(folder.resolve("world"))) {
            assertThat(files).extracting(file -> file.getFileName().toString()).containsExactly("simulator-world.json");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{}",
                "{\"version\":2,\"organisations\":[]}",
                "{\"version\":1,\"organisations\":[{}]}",
                "{\"version\":1,\"organisations\":[null]}"
            })
    void fileThatIsNoWorldIsRefusedByItsName(String content) throws Exception {
        Path file = Files.createDirectories(folder.resolve("world")).resolve("simulator-world.json");
        Files.writeString(file, content);
        assertThatThrownBy(this::start)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("delete it");
        assertThat(file).hasContent(content);
    }
}
