package io.warroom.benchmarks.flow;

import java.io.IOException;
import org.apache.hc.client5.http.classic.HttpClient;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;

/** Apache's classic client with a pool that is large enough, and nothing else. Never closed; thread-safe. */
final class ApachePosts implements LarkCalls.Post {

    private final HttpClient client;
    private final String baseUrl;

    ApachePosts(String baseUrl, int connections) {
        this.baseUrl = baseUrl;
        client = HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setMaxConnPerRoute(connections)
                        .setMaxConnTotal(connections)
                        .build())
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableCookieManagement()
                .build();
    }

    @Override
    public byte[] send(String path, byte[] body) throws IOException {
        var request = new HttpPost(baseUrl + path);
        request.setHeader("Authorization", "Bearer t");
        request.setEntity(new ByteArrayEntity(body, ContentType.APPLICATION_JSON));
        return client.execute(request, answer -> {
            var bytes = EntityUtils.toByteArray(answer.getEntity());
            if (bytes == null) {
                throw new IOException("an empty answer");
            }
            return bytes;
        });
    }
}
