using Heretix.Cli.Settings;
using Heretix.Lake;
using Heretix.Models;
using Heretix.Research.Batch;
using Heretix.Research.Store;
using Heretix.Rpl;
using Heretix.Rpl.Prompts;

namespace Heretix.Cli.Verbs;

/// <summary>What every verb does around its work: messages and exit codes for what can go wrong, and interruption.</summary>
internal static class Verb
{
    /// <summary>
    /// Runs a verb. The first interrupt cancels the token <c>drain</c>: no new call is made, those in flight are
    /// finished and stored. The second one cancels <c>abandon</c>.
    /// </summary>
    public static async Task<int> RunAsync(
        Surroundings around,
        Func<CancellationToken, CancellationToken, Task<int>> work,
        CancellationToken interrupted
    )
    {
        using var interruption = new Interruption(around, interrupted);
        return await ExplainedAsync(around, () => work(interruption.Drain, interruption.Abandon), interruption.Drain);
    }

    /// <summary>Runs a verb that asks no model: an interrupt simply ends it.</summary>
    public static Task<int> RunAsync(Surroundings around, Func<Task<int>> work) =>
        ExplainedAsync(around, work, CancellationToken.None);

    private static async Task<int> ExplainedAsync(Surroundings around, Func<Task<int>> work, CancellationToken drain)
    {
        try
        {
            return await work();
        }
        catch (Exception failure) when (Explain(failure, drain) is { } explained)
        {
            if (explained.Message.Length > 0)
                await around.Error.WriteLineAsync("hx: " + explained.Message);
            return explained.Code;
        }
    }

    private static (int Code, string Message)? Explain(Exception failure, CancellationToken drain) =>
        failure switch
        {
            UserErrorException user => (user.ExitCode, user.Message),
            MeasurementException measurement => (CodeOf(measurement.Failure), measurement.Message),
            OperationCanceledException when drain.IsCancellationRequested => (
                ExitCode.Interrupted,
                "interrupted; what was received is stored, and the same command goes on from there"
            ),
            UnknownModelException or MissingKeyException or ModelConfigurationException => (
                ExitCode.Failed,
                failure.Message
            ),
            UnknownPromptException or InvalidPromptBankException => (ExitCode.Failed, failure.Message),
            ClaimsFileException => (ExitCode.Failed, failure.Message),
            StoreException or LakeException or DuckDbMissingException => (ExitCode.Failed, failure.Message),
            ModelCallException => (ExitCode.ProviderFailed, failure.Message),
            IOException or InvalidDataException or UnauthorizedAccessException => (ExitCode.Failed, failure.Message),
            _ => null,
        };

    public static int CodeOf(MeasurementFailure failure) =>
        failure switch
        {
            MeasurementFailure.TooFewValidSamples => ExitCode.TooFewSamples,
            MeasurementFailure.CostLimit => ExitCode.CostLimit,
            MeasurementFailure.ProviderFailed => ExitCode.ProviderFailed,
            _ => ExitCode.Failed,
        };
}
