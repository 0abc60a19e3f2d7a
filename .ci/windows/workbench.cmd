@echo off
chcp 65001 >nul
setlocal
set "PLACE=%~1"
if "%PLACE%"=="" set "PLACE=%USERPROFILE%\Documents\gridplan"
if not exist "%PLACE%" mkdir "%PLACE%"
if not exist "%LOCALAPPDATA%\gridplan\env\Scripts\gridplan.exe" (
    echo 还没有安装：先双击 install.cmd。  Not installed yet: start install.cmd first.
    pause
    exit /b 1
)
echo 工作台已在浏览器里打开；关掉这个窗口就关闭工作台，已保存的都在。
echo The workbench is open in the browser; closing this window closes it, what was saved stays.
"%LOCALAPPDATA%\gridplan\env\Scripts\gridplan.exe" open "%PLACE%" || pause
