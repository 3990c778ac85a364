using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Polly;
using Polly.Retry;

namespace Heretix.Models;

/// <summary>
/// Asks again when asking again may help, after the time that the provider asks for or an exponential back-off. A stream
/// is asked for again only while nothing of it has been passed on.
/// </summary>
internal sealed class RetryingChatClient : DelegatingChatClient
{
    private readonly ModelCallOptions calls;
    private readonly Func<double> jitter;
    private readonly Lazy<ResiliencePipeline> pipeline;

    /// <param name="inner">The client for one attempt.</param>
    /// <param name="calls">How often and how long.</param>
    /// <param name="clock">Times the waits.</param>
    /// <param name="jitter">Uniform in [0, 1); safe to call from several threads.</param>
    public RetryingChatClient(IChatClient inner, ModelCallOptions calls, TimeProvider clock, Func<double> jitter)
        : base(inner)
    {
        this.calls = calls;
        this.jitter = jitter;
        pipeline = new Lazy<ResiliencePipeline>(() => Build(clock));
    }

    public override Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        var turns = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        return ExecuteAsync(
            async (attempt, token) =>
            {
                var response = await base.GetResponseAsync(turns, For(options, attempt), token).ConfigureAwait(false);
                Count(response.AdditionalProperties ??= [], attempt);
                return response;
            },
            cancellationToken
        );
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        var turns = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        var (updates, attempts, any) = await ExecuteAsync(
                async (attempt, token) =>
                {
                    var stream = base.GetStreamingResponseAsync(turns, For(options, attempt), cancellationToken)
                        .GetAsyncEnumerator(cancellationToken);
                    try
                    {
                        return (stream, attempt, await stream.MoveNextAsync().ConfigureAwait(false));
                    }
                    catch
                    {
                        await stream.DisposeAsync().ConfigureAwait(false);
                        throw;
                    }
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        await using var _ = updates.ConfigureAwait(false);
        while (any)
        {
            var update = updates.Current;
            if (update.AdditionalProperties is { } properties)
                Count(properties, attempts);
            yield return update;
            any = await updates.MoveNextAsync().ConfigureAwait(false);
        }
    }

    private static void Count(AdditionalPropertiesDictionary properties, int attempt) =>
        properties[ModelReply.AttemptsKey] = attempt + 1;

    private static ChatOptions? For(ChatOptions? options, int attempt) =>
        attempt == 0 ? options : SampleIdentity.WithRetry(options, attempt);

    private async Task<T> ExecuteAsync<T>(
        Func<int, CancellationToken, Task<T>> ask,
        CancellationToken cancellationToken
    )
    {
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, cancellationToken);
        var call = new Call();
        context.Properties.Set(Call.Key, call);
        try
        {
            return await pipeline
                .Value.ExecuteAsync(
                    static async (context, ask) =>
                    {
                        var call = context.Properties.GetValue(Call.Key, null!);
                        return await ask(call.Attempts++, context.CancellationToken).ConfigureAwait(false);
                    },
                    context,
                    ask
                )
                .ConfigureAwait(false);
        }
        catch (ModelCallException e)
        {
            e.Attempts = call.Attempts;
            throw;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private ResiliencePipeline Build(TimeProvider clock)
    {
        if (calls.MaxAttempts == 1)
            return ResiliencePipeline.Empty;
        return new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddRetry(
                new RetryStrategyOptions
                {
                    MaxRetryAttempts = calls.MaxAttempts - 1,
                    ShouldHandle = arguments => new ValueTask<bool>(
                        arguments.Outcome.Exception is ModelCallException { IsTransient: true } e
                            && arguments.Context.Properties.GetValue(Call.Key, null!) is var call
                            && call.Plan(Delay(e, arguments.AttemptNumber), calls.MaxTotalWait)
                    ),
                    DelayGenerator = arguments => new ValueTask<TimeSpan?>(
                        arguments.Context.Properties.GetValue(Call.Key, null!).NextDelay
                    ),
                }
            )
            .Build();
    }

    /// <summary>What the provider asks for, plus up to a tenth so that callers do not return all at once; otherwise
    /// half to whole of first * 2^attempt ("equal jitter", M. Brooker, 2015).</summary>
    private TimeSpan Delay(ModelCallException failure, int attempt)
    {
        if (failure.RetryAfter is { } asked)
            return WholeMilliseconds(asked + asked * (0.1 * jitter()));
        var whole = calls.FirstDelay * Math.Pow(2, Math.Min(attempt, 30));
        if (whole > calls.LongestDelay)
            whole = calls.LongestDelay;
        return WholeMilliseconds(whole * (0.5 + 0.5 * jitter()));
    }

    /// <summary>Rounded up, because a timer cuts off fractions and would return too early.</summary>
    private static TimeSpan WholeMilliseconds(TimeSpan time) =>
        TimeSpan.FromMilliseconds(Math.Ceiling(time.TotalMilliseconds));

    /// <summary>The state of one call across its attempts.</summary>
    private sealed class Call
    {
        public static readonly ResiliencePropertyKey<Call> Key = new("heretix.call");
        private TimeSpan waited;

        public int Attempts { get; set; }

        public TimeSpan NextDelay { get; private set; }

        public bool Plan(TimeSpan delay, TimeSpan longest)
        {
            if (waited + delay > longest)
                return false;
            waited += delay;
            NextDelay = delay;
            return true;
        }
    }
}
