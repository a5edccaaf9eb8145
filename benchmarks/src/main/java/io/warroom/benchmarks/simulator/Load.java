package io.warroom.benchmarks.simulator;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.warroom.benchmarks.ChildJvm;
import io.warroom.benchmarks.Figures;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/**
 * The calls of warm openings over plain sockets, a room after the other, as fast as they are answered: create and message, on Lark
 * also its people. A third of the connections each platform. Cheap itself, as it shares the cores with what it measures.
 */
final class Load {

    private static final int CONNECTIONS = 48;
    private static final int TENANTS = 30;
    private static final long WARM_UP = 150_000;
    private static final long MEASURED = 150_000;

    private final int port;
    private final AtomicBoolean over = new AtomicBoolean();
    private final LongAdder answered = new LongAdder();

    private Load(int port) {
        this.port = port;
    }

    /** Tells the parent where the process listens and which it is. */
    static void ready(int port) {
        ChildJvm.say(ChildJvm.Word.READY, port + " " + ProcessHandle.current().pid());
    }

    /** Measures a process of which {@link #ready} told. */
    static Figures measure(String ready, boolean simulator) {
        var parts = ready.split(" ", 2);
        var load = new Load(Integer.parseInt(parts[0]));
        var process = ProcessHandle.of(Long.parseLong(parts[1])).orElseThrow();
        try (var threads =
                Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            List<Future<?>> connections = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                int which = i;
                connections.add(threads.submit(() -> load.open(which, simulator)));
            }
            load.await(WARM_UP, connections);
            long before = load.answered.sum();
            double cpuBefore = cpuSeconds(process);
            long began = System.nanoTime();
            load.await(before + MEASURED, connections);
            double seconds = (System.nanoTime() - began) / 1e9;
            double cpu = cpuSeconds(process) - cpuBefore;
            long count = load.answered.sum() - before;
            load.over.set(true);
            for (var connection : connections) {
                connection.get();
            }
            return new Figures(Map.of(
                    "requestsPerSecond", count / seconds,
                    "cpuMicrosPerRequest", cpu * 1e6 / count,
                    "coresUsed", cpu / seconds));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("A connection failed", e.getCause());
        }
    }

    /** Until so many calls have been answered, or a connection has ended, which tells why to whoever asks it. */
    private void await(long calls, List<Future<?>> connections) throws InterruptedException {
        while (answered.sum() < calls && connections.stream().noneMatch(Future::isDone)) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private static double cpuSeconds(ProcessHandle process) {
        return process.info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
    }

    private void open(int connection, boolean simulator) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            var wire = new Wire(socket.getInputStream(), socket.getOutputStream());
            switch (connection % 3) {
                case 0 -> weCom(wire, connection, simulator);
                case 1 -> dingTalk(wire, connection, simulator);
                default -> lark(wire, connection, simulator);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void weCom(Wire wire, int connection, boolean simulator) throws IOException {
        var tenant = "wecom" + connection % TENANTS;
        var token = "t";
        if (simulator) {
            register(wire, tenant, "WECOM", """
                    {"enterpriseId":"%s","enterpriseKey":"s","addressBookKey":"b","serviceId":7}""".formatted(tenant));
            token = wire.field(
                    "GET", "/wecom/cgi-bin/gettoken?corpid=" + tenant + "&corpsecret=s", "", "", "access_token");
        }
        for (long room = 0; !over.get(); room++) {
            var chat = "c" + connection + "x" + room;
            count(
                    wire.send("POST", "/wecom/cgi-bin/appchat/create?access_token=" + token, "", """
                    {"chatid":"%s","name":"INC-%d checkout is down","owner":"u1","userlist":["u1","u2","u3"]}""".formatted(
                                    chat, room)),
                    "\"errcode\":0");
            count(
                    wire.send(
                            "POST", "/wecom/cgi-bin/appchat/send?access_token=" + token, "", """
                    {"chatid":"%s","msgtype":"markdown","markdown":{"content":"%s"}}""".formatted(chat, TEXT)),
                    "\"errcode\":0");
        }
    }

    private void dingTalk(Wire wire, int connection, boolean simulator) throws IOException {
        var tenant = "ding" + connection % TENANTS;
        var token = "t";
        if (simulator) {
            register(wire, tenant, "DINGTALK", """
                    {"clientId":"%s","clientSecret":"s","groupTemplateId":"g","robotId":"r","serviceId":7}""".formatted(tenant));
            token = wire.field("POST", "/dingtalk/v1.0/oauth2/accessToken", "", """
                    {"appKey":"%s","appSecret":"s"}""".formatted(tenant), "accessToken");
        }
        for (long room = 0; !over.get(); room++) {
            var created = wire.send(
                    "POST",
                    "/dingtalk/v1.0/im/sceneGroup/create",
                    "x-acs-dingtalk-access-token: " + token + "\r\n",
                    """
                    {"owner_user_id":"u1","template_id":"g","title":"INC-%d checkout down","user_ids":["u1","u2","u3"],"uuid":"%d-%d"}""".formatted(room, connection, room));
            var group = Wire.value(created, "open_conversation_id");
            answered.increment();
            count(
                    wire.send(
                            "POST",
                            "/dingtalk/topapi/im/chat/scencegroup/message/send_v2?access_token=" + token,
                            "",
                            """
                    {"target_open_conversation_id":"%s","robot_code":"r","msg_template_id":"inner_app_template_markdown","msg_param_map":"{\\"title\\":\\"INC\\",\\"markdown_content\\":\\"%s\\"}"}""".formatted(group, TEXT)),
                    "\"errcode\":0");
        }
    }

    private void lark(Wire wire, int connection, boolean simulator) throws IOException {
        var tenant = "lark" + connection % TENANTS;
        var bearer = "Authorization: Bearer t\r\n";
        if (simulator) {
            register(wire, tenant, "LARK", """
                    {"appId":"%s","appSecret":"s"}""".formatted(tenant));
            bearer = "Authorization: Bearer "
                    + wire.field(
                            "POST",
                            "/lark/open-apis/auth/v3/tenant_access_token/internal",
                            "",
                            """
                            {"app_id":"%s","app_secret":"s"}""".formatted(tenant),
                            "tenant_access_token")
                    + "\r\n";
        }
        for (long room = 0; !over.get(); room++) {
            var created = wire.send(
                    "POST",
                    "/lark/open-apis/im/v1/chats?user_id_type=open_id&uuid=" + connection + "-" + room,
                    bearer,
                    """
                    {"description":"%s INC-%d","name":"INC-%d checkout is down"}""".formatted(tenant, room, room));
            var chat = Wire.value(created, "chat_id");
            answered.increment();
            count(
                    wire.send(
                            "POST",
                            "/lark/open-apis/im/v1/chats/" + chat + "/members?member_id_type=open_id&succeed_type=1",
                            bearer,
                            """
                    {"id_list":["u1","u2","u3"]}"""),
                    "\"code\":0");
            count(
                    wire.send("POST", "/lark/open-apis/im/v1/messages?receive_id_type=chat_id", bearer, """
                    {"receive_id":"%s","msg_type":"text","content":"{\\"text\\":\\"%s\\"}","uuid":"m%d-%d"}""".formatted(
                                    chat, TEXT, connection, room)),
                    "\"code\":0");
        }
    }

    private static final String TEXT =
            "INC-42 P1, checkout is down in eu-1. Chen commands; Li and Han are on it. https://dash.example/d/1";

    private static void register(Wire wire, String tenant, String platform, String app) throws IOException {
        var said = wire.send("PUT", "/sim/v1/tenants/" + tenant, "", """
                {"platform":"%s","app":%s,"people":[{"userId":"u1"},{"userId":"u2"},{"userId":"u3"}]}""".formatted(platform, app));
        if (!said.contains("\"tenantId\"")) {
            throw new IllegalStateException("not registered: " + said);
        }
    }

    private void count(String answer, String success) {
        if (!answer.contains(success)) {
            throw new IllegalStateException("refused: " + answer);
        }
        answered.increment();
    }

    /** One HTTP/1.1 connection; answers must tell their length. */
    private static final class Wire {
        private final InputStream in;
        private final OutputStream out;

        Wire(InputStream in, OutputStream out) {
            this.in = new BufferedInputStream(in, 8_192);
            this.out = out;
        }

        String field(String method, String path, String header, String body, String name) throws IOException {
            return value(send(method, path, header, body), name);
        }

        static String value(String answer, String name) {
            int at = answer.indexOf("\"" + name + "\":\"");
            if (at < 0) {
                throw new IllegalStateException("no " + name + " in " + answer);
            }
            int from = at + name.length() + 4;
            return answer.substring(from, answer.indexOf('"', from));
        }

        String send(String method, String path, String header, String body) throws IOException {
            out.write((method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                            + header + "Content-Length: " + body.length() + "\r\n\r\n" + body)
                    .getBytes(ISO_8859_1));
            int length = -1;
            for (var line = line(); !line.isEmpty(); line = line()) {
                if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
                    length = Integer.parseInt(line.substring(15).strip());
                }
            }
            if (length < 0) {
                throw new IOException("an answer without a length");
            }
            return new String(in.readNBytes(length), ISO_8859_1);
        }

        private String line() throws IOException {
            var line = new StringBuilder(64);
            for (int next = in.read(); next != '\n'; next = in.read()) {
                if (next < 0) {
                    throw new IOException("the connection ended");
                }
                if (next != '\r') {
                    line.append((char) next);
                }
            }
            return line.toString();
        }
    }
}
