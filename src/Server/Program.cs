using Heretix.Server;

using var signals = new StopSignals();
return await ServerCommandLine.RunAsync(args, Console.Out, Console.Error, signals.Asked);
