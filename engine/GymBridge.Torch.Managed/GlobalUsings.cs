global using GymBridge.Torch.Managed;
global using TorchSharp;
global using static TorchSharp.torch;
