package io.warroom.simulator;

import io.warroom.simulator.dingtalk.DingtalkApi;
import io.warroom.simulator.lark.LarkApi;
import io.warroom.simulator.page.Page;
import io.warroom.simulator.wecom.WecomApi;
import io.warroom.simulator.witness.Admin;
import io.warroom.simulator.witness.Answer;
import io.warroom.simulator.witness.Call;
import io.warroom.simulator.witness.Faults;
import io.warroom.simulator.witness.Json;
import io.warroom.simulator.witness.Platform;
import io.warroom.simulator.witness.PlatformApi;
import io.warroom.simulator.witness.World;
import io.warroom.simulator.witness.WorldFull;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.MultiPart;
import org.eclipse.jetty.http.MultiPartFormData;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.UrlEncoded;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/** Takes a request to the platform, the witness or the page it is for. Threads share it; the world's monitor orders effects. */
final class Front extends Handler.Abstract {
    private static final int MAX_BODY = 1024 * 1024;
    /** WeCom's files have up to 20 MB, and their parts' headers. */
    private static final int MAX_UPLOAD = 21 * 1024 * 1024;

    private static final String PARTS = "multipart/form-data";
    private static final byte[] NOTHING = {};
    private static final String WITNESS = "/sim/v1/";

    private record Served(Platform platform, PlatformApi api) {}

    private final World world;
    private final Admin admin;
    private final PlatformCalls calls;
    private final Page page;
    private final ChangeStream changes;
    private final Map<String, Served> platforms;

    Front(World world, CountDownLatch closed) {
        this.world = world;
        Faults faults = new Faults();
        this.admin = new Admin(world, faults);
        this.calls = new PlatformCalls(world, faults, closed);
        this.page = new Page(world, admin, faults);
        this.changes = new ChangeStream(page::version, closed);
        this.platforms = Map.of(
                "wecom", new Served(Platform.WECOM, new WecomApi(world)),
                "dingtalk", new Served(Platform.DINGTALK, new DingtalkApi(world)),
                "lark", new Served(Platform.LARK, new LarkApi(world)));
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String asked = Request.getPathInContext(request);
        // DingTalk's SDK can be given another host but no path, so the v1.0 family is at the root, too.
        String path = asked.startsWith("/v1.0/") ? "/dingtalk" + asked : asked;
        if (path.equals("/changes")) {
            changes.follow(response, callback);
            return true;
        }
        int most = isUpload(request) ? MAX_UPLOAD : MAX_BODY;
        byte[] body = body(request, most);
        if (body.length > most) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
            Sending.whole(response, callback, Answer.text(413, "the body has more than " + most + " bytes"));
            return true;
        }
        int slash = path.indexOf('/', 1);
        Served served = slash < 0 ? null : platforms.get(path.substring(1, slash));
        try {
            if (served != null) {
                String rest = path.substring(slash);
                String endpoint = served.api().endpoint(request.getMethod(), rest);
                calls.answer(served.platform(), served.api(), call(request, rest, endpoint, body), response, callback);
            } else if (path.startsWith(WITNESS)) {
                Call call = call(request, path.substring(WITNESS.length() - 1), "", body);
                Answer answer;
                synchronized (world) {
                    answer = admin.answer(call);
                }
                Sending.whole(response, callback, answer);
            } else {
                Sending.whole(response, callback, page.answer(call(request, path, "", body)));
            }
        } catch (WorldFull full) {
            Sending.whole(
                    response, callback, Answer.json(507, Map.of("error", String.valueOf(full.getMessage())), true));
        }
        return true;
    }

    /** Gives at most a byte more than allowed. */
    private static byte[] body(Request request, int bound) throws IOException {
        // Without a bound of its own the stream's buffer is 16 KB for every request: half of all memory that was taken.
        long length = request.getLength();
        int most = length < 0 ? bound + 1 : (int) Math.min(length, bound + 1);
        if (most == 0) {
            return NOTHING;
        }
        InputStream in = Content.Source.asInputStream(request);
        if (length < 0) {
            return in.readNBytes(most);
        }
        byte[] body = new byte[most];
        int read = in.readNBytes(body, 0, most);
        return read == most ? body : Arrays.copyOf(body, read);
    }

    private static Call call(Request request, String path, String endpoint, byte[] bytes) {
        Map<String, String> query = new HashMap<>();
        if (request.getHttpURI().getQuery() != null) {
            Request.extractQueryParameters(request).forEach(field -> query.put(field.getName(), field.getValue()));
        }
        Map<String, String> headers = new HashMap<>();
        for (HttpField field : request.getHeaders()) {
            headers.put(field.getLowerCaseName(), String.valueOf(field.getValue()));
        }
        // DingTalk's old SDK sends forms to the legacy family.
        boolean form = headers.getOrDefault("content-type", "").startsWith("application/x-www-form-urlencoded");
        JsonNode body = isUpload(request) ? parts(request, bytes) : form ? form(bytes) : Json.object(bytes);
        boolean malformed = body.isMissingNode() && !new String(bytes, StandardCharsets.UTF_8).isBlank();
        return new Call(
                request.getMethod(),
                path,
                endpoint,
                query,
                headers,
                body,
                malformed,
                isEscaped(bytes),
                Request.getRemoteAddr(request));
    }

    /** Says whether a character is written as {@code \\uXXXX}; a backslash that is escaped itself begins none. */
    private static boolean isEscaped(byte[] json) {
        for (int i = 0; i < json.length - 1; i++) {
            if (json[i] == '\\') {
                i++;
                if (json[i] == 'u') {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isUpload(Request request) {
        String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        return type != null && type.startsWith(PARTS);
    }

    /** Each file's name and how many bytes it has, by its part's name; nothing where the parts cannot be told apart. */
    private static JsonNode parts(Request request, byte[] bytes) {
        String boundary = MultiPart.extractBoundary(request.getHeaders().get(HttpHeader.CONTENT_TYPE));
        if (boundary == null) {
            return MissingNode.getInstance();
        }
        MultiPartFormData.Parser parser = new MultiPartFormData.Parser(boundary);
        parser.setMaxMemoryFileSize(MAX_UPLOAD);
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        CompletableFuture<MultiPartFormData.Parts> parsed = new CompletableFuture<>();
        parser.parse(Content.Source.from(ByteBuffer.wrap(bytes)), Promise.Invocable.toPromise(parsed));
        // All of it is in memory, so this waits for nothing.
        try (MultiPartFormData.Parts parts = parsed.join()) {
            for (MultiPart.Part part : parts) {
                node.putObject(String.valueOf(part.getName()))
                        .put("filename", part.getFileName())
                        .put("bytes", part.getLength());
            }
            return node;
        } catch (CompletionException notParts) {
            return MissingNode.getInstance();
        }
    }

    private static ObjectNode form(byte[] bytes) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        Fields fields = new Fields();
        UrlEncoded.decodeTo(new String(bytes, StandardCharsets.UTF_8), fields::add, StandardCharsets.UTF_8);
        fields.forEach(field -> node.put(field.getName(), field.getValue()));
        return node;
    }
}
