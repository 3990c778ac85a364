using System.Net;
using Heretix.Accounts.External.Issuers;
using Heretix.Accounts.External.Tokens;
using Microsoft.Extensions.Options;

namespace Heretix.Accounts.External.Keys;

/// <summary>The keys of an issuer could not be had; the message says why, for the log.</summary>
internal sealed class KeySetException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// Fetches the keys of issuers: within a time, up to a size, without following redirects, and only from where the issuer
/// itself says they are (OpenID Connect Discovery, section 4).
/// </summary>
internal sealed class KeySetSource(IOptions<AccountsOptions> options, TimeProvider time) : IDisposable
{
    private const int LargestAnswer = 512 * 1024;

    private readonly HttpClient http = new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        }
    )
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = LargestAnswer,
    };

    /// <summary>The keys as they are now.</summary>
    /// <exception cref="KeySetException">They could not be had.</exception>
    public async Task<KeySet> FetchAsync(Issuer issuer)
    {
        using var limit = new CancellationTokenSource(options.Value.KeySetTimeout, time);
        try
        {
            var address = issuer.KeySetUri ?? await DiscoverAsync(issuer, limit.Token);
            return KeySet.TryRead(await GetAsync(address, limit.Token))
                ?? throw new KeySetException("what it calls its key set holds no key that could be used");
        }
        catch (OperationCanceledException late)
        {
            throw new KeySetException(
                $"it did not answer within {options.Value.KeySetTimeout.TotalSeconds:0.#} s",
                late
            );
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            throw new KeySetException(
                failure is HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded }
                    ? $"it answered with more than {LargestAnswer} bytes"
                    : $"it could not be asked ({(failure as HttpRequestException)?.HttpRequestError})",
                failure
            );
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<Uri> DiscoverAsync(Issuer issuer, CancellationToken cancellationToken)
    {
        var address = new Uri(issuer.Url.TrimEnd('/') + "/.well-known/openid-configuration");
        try
        {
            if (StrictJson.Object(await GetAsync(address, cancellationToken)) is not { } document)
                throw new KeySetException("its discovery document is no JSON object");
            if (!string.Equals(StrictJson.Text(document, "issuer"), issuer.Url, StringComparison.Ordinal))
                throw new KeySetException("its discovery document is that of another issuer");
            return
                Uri.TryCreate(StrictJson.Text(document, "jwks_uri"), UriKind.Absolute, out var keys)
                && issuer.MayFetch(keys)
                ? keys
                : throw new KeySetException("its discovery document names no key set with https");
        }
        catch (FormatException)
        {
            throw new KeySetException("its discovery document has members of another type");
        }
    }

    private async Task<byte[]> GetAsync(Uri address, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Accept.ParseAdd("application/json");
        using var answer = await http.SendAsync(request, cancellationToken);
        return answer.StatusCode == HttpStatusCode.OK
            ? await answer.Content.ReadAsByteArrayAsync(cancellationToken)
            : throw new KeySetException($"it answered with {(int)answer.StatusCode}");
    }
}
