package io.warroom.simulator;

import io.warroom.simulator.dingtalk.DingtalkApi;
import io.warroom.simulator.lark.LarkApi;
import io.warroom.simulator.page.Page;
import io.warroom.simulator.wecom.WecomApi;
import io.warroom.simulator.witness.Admin;
import io.warroom.simulator.witness.Answer;
import io.warroom.simulator.witness.Call;
import io.warroom.simulator.witness.Faults;
import io.warroom.simulator.witness.Faults.Fault;
import io.warroom.simulator.witness.Json;
import io.warroom.simulator.witness.Org;
import io.warroom.simulator.witness.Platform;
import io.warroom.simulator.witness.PlatformApi;
import io.warroom.simulator.witness.World;
import io.warroom.simulator.witness.WorldFull;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/** Takes a request to the platform, the witness or the page it is for. Threads share it; the world's monitor orders effects. */
final class Front extends Handler.Abstract {
    private static final int MAX_BODY = 1024 * 1024;
    private static final long LONGEST_HANG_MILLIS = 600_000;

    private final World world;
    private final Faults faults = new Faults();
    private final Admin admin;
    private final Map<String, PlatformApi> platforms;
    private final CountDownLatch closed;

    Front(World world, CountDownLatch closed) {
        this.world = world;
        this.closed = closed;
        this.admin = new Admin(world, faults);
        this.platforms =
                Map.of("wecom", new WecomApi(world), "dingtalk", new DingtalkApi(world), "lark", new LarkApi(world));
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String asked = Request.getPathInContext(request);
        // DingTalk's SDK can be given another host but no path, so the v1.0 family is at the root, too.
        String path = asked.startsWith("/v1.0/") ? "/dingtalk" + asked : asked;
        if (path.equals("/")) {
            write(response, callback, Page.answer());
            return true;
        }
        byte[] body = Content.Source.asInputStream(request).readNBytes(MAX_BODY + 1);
        if (body.length > MAX_BODY) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
            write(response, callback, Answer.text(413, "the body has more than " + MAX_BODY + " bytes"));
            return true;
        }
        int slash = path.indexOf('/', 1);
        PlatformApi api = slash < 0 ? null : platforms.get(path.substring(1, slash));
        Answer answer;
        try {
            if (api != null) {
                Platform platform = Platform.valueOf(path.substring(1, slash).toUpperCase(Locale.ROOT));
                answer = platformAnswer(platform, api, call(request, path.substring(slash), body));
            } else if (path.startsWith("/sim/v1/")) {
                Call call = call(request, path.substring("/sim/v1".length()), body);
                synchronized (world) {
                    answer = admin.answer(call);
                }
            } else {
                answer = Answer.text(404, "404 page not found");
            }
        } catch (WorldFull full) {
            answer = Answer.json(507, Map.of("error", String.valueOf(full.getMessage())), true);
        }
        if (answer == null) {
            request.getConnectionMetaData().getConnection().getEndPoint().close();
            callback.failed(new IOException("cut on demand"));
        } else {
            write(response, callback, answer);
        }
        return true;
    }

    /** Gives null when the connection is to be cut with no answer. */
    private @Nullable Answer platformAnswer(Platform platform, PlatformApi api, Call call) throws InterruptedException {
        String endpoint;
        Org caller;
        Fault fault;
        synchronized (world) {
            endpoint = api.endpoint(call);
            caller = api.caller(call);
            fault = faults.take(caller, platform, endpoint);
        }
        if (fault != null) {
            switch (fault.kind()) {
                case LATENCY -> pause(fault.millis());
                case HANG -> pause(fault.millis() == 0 ? LONGEST_HANG_MILLIS : fault.millis());
                case RESET_BEFORE, RESET_AFTER, HTTP_500, HTTP_502_HTML, THROTTLED, WRONG_BODY, REFUSED -> {}
            }
        }
        synchronized (world) {
            Answer answer = fault == null ? api.answer(call) : faulty(fault, api, call);
            world.count(
                    platform,
                    endpoint,
                    caller == null ? meant(platform, api, call) : caller,
                    answer == null || answer.failed());
            return answer;
        }
    }

    /** Whom a call with a wrong secret is about, where only one can be meant. */
    private @Nullable Org meant(Platform platform, PlatformApi api, Call call) {
        var named = world.withIdentity(platform, api.identity(call));
        return named.size() == 1 ? named.iterator().next() : null;
    }

    private static @Nullable Answer faulty(Fault fault, PlatformApi api, Call call) {
        return switch (fault.kind()) {
            case LATENCY -> api.answer(call);
            case HANG, RESET_BEFORE -> null;
            case RESET_AFTER -> {
                api.answer(call);
                yield null;
            }
            case HTTP_500 -> Answer.text(500, "internal server error");
            case HTTP_502_HTML ->
                new Answer(502, "text/html", "<html><body><h1>502 Bad Gateway</h1></body></html>", true);
            case THROTTLED -> api.throttled(call);
            case REFUSED -> api.refused(call, fault.code());
            case WRONG_BODY -> new Answer(200, "application/json", "{\"unfinished\": [", true);
        };
    }

    private void pause(long millis) throws InterruptedException {
        if (closed.await(millis, TimeUnit.MILLISECONDS)) {
            throw new InterruptedException("the simulator is closed");
        }
    }

    private static Call call(Request request, String path, byte[] bytes) {
        Map<String, String> query = new HashMap<>();
        Request.extractQueryParameters(request).forEach(field -> query.put(field.getName(), field.getValue()));
        Map<String, String> headers = new HashMap<>();
        request.getHeaders().forEach(field -> headers.put(field.getLowerCaseName(), String.valueOf(field.getValue())));
        String text = new String(bytes, StandardCharsets.UTF_8);
        // DingTalk's old SDK sends forms to the legacy family.
        boolean form = headers.getOrDefault("content-type", "").startsWith("application/x-www-form-urlencoded");
        JsonNode body = form ? form(text) : text.isBlank() ? MissingNode.getInstance() : Json.object(text);
        return new Call(
                request.getMethod(),
                path,
                query,
                headers,
                body,
                body.isMissingNode() && !text.isBlank(),
                Request.getRemoteAddr(request));
    }

    private static ObjectNode form(String text) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        Fields fields = new Fields();
        org.eclipse.jetty.util.UrlEncoded.decodeTo(text, fields::add, StandardCharsets.UTF_8);
        fields.forEach(field -> node.put(field.getName(), field.getValue()));
        return node;
    }

    private static void write(Response response, Callback callback, Answer answer) {
        response.setStatus(answer.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.contentType());
        answer.headers().forEach(response.getHeaders()::put);
        byte[] bytes = answer.body() instanceof String text
                ? text.getBytes(StandardCharsets.UTF_8)
                : Json.bytes(answer.body());
        response.write(true, ByteBuffer.wrap(bytes), callback);
    }
}
