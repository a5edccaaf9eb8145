package io.warroom.benchmarks.http;

import io.warroom.benchmarks.simulator.BareHost;
import io.warroom.platform.PlatformKind;
import java.util.Map;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpPut;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import tools.jackson.databind.json.JsonMapper;

/**
 * The same requests by Apache HttpClient as it comes, a pool large enough its only setting: body written as JSON, answer read as
 * JSON, no deadline, no limit, no look at the answer. Arguments: the port of the platform.
 */
final class BareCalls {

    static final String NAME = "INC-1 checkout down";
    private static final int POOL = 500;

    private BareCalls() {}

    public static void main(String[] arguments) throws Exception {
        String base = "http://127.0.0.1:" + arguments[0];
        var json = new JsonMapper();
        var pool = PoolingHttpClientConnectionManagerBuilder.create()
                .setMaxConnPerRoute(POOL)
                .setMaxConnTotal(POOL)
                .build();
        try (var client = HttpClients.custom().setConnectionManager(pool).build()) {
            CallLoad.measure(kind -> {
                HttpUriRequestBase request = request(kind, base);
                request.setEntity(
                        new ByteArrayEntity(json.writeValueAsBytes(body(kind)), ContentType.APPLICATION_JSON));
                var answer = client.execute(
                        request, response -> json.readTree(EntityUtils.toByteArray(response.getEntity())));
                if (answer.path("code").asInt(1) != 0) {
                    throw new IllegalStateException(answer.toString());
                }
            });
        }
    }

    private static HttpUriRequestBase request(PlatformKind kind, String base) {
        return switch (kind) {
            case WECOM -> new HttpPost(base + "/cgi-bin/appchat/update?access_token=" + BareHost.TOKEN);
            case DINGTALK -> {
                var post = new HttpPost(base + "/v1.0/im/sceneGroup/update");
                post.setHeader("x-acs-dingtalk-access-token", BareHost.TOKEN);
                yield post;
            }
            case LARK -> {
                var put = new HttpPut(base + "/open-apis/im/v1/chats/oc_1");
                put.setHeader("Authorization", "Bearer " + BareHost.TOKEN);
                yield put;
            }
        };
    }

    private static Map<String, String> body(PlatformKind kind) {
        return switch (kind) {
            case WECOM -> Map.of("chatid", "oc_1", "name", NAME);
            case DINGTALK -> Map.of("open_conversation_id", "oc_1", "title", NAME);
            case LARK -> Map.of("name", NAME);
        };
    }
}
